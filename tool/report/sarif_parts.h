/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parts of the SARIF report share; only for tool/report/sarif*.c. Whatever makes a
 * json_t returns NULL when there is no memory, and takes a NULL in what it is built of for the
 * same: json_pack() does so by itself.
 */
#ifndef WEFT_TOOL_REPORT_SARIF_PARTS_H
#define WEFT_TOOL_REPORT_SARIF_PARTS_H

#include <jansson.h>

#include "tool/report/report.h"
#include "tool/symbol/symbols.h"

/* The name of the folder of sources, which paths are relative to. */
#define SARIF_BASE "SRCROOT"

/* A string, of anything. */
json_t *sarif_text(const char *text);

/* Adds to the array, and returns it. Takes both over. */
json_t *sarif_append(json_t *array, json_t *value);

/* A location of a frame, with a text (may be NULL) that says what happens there. */
json_t *sarif_location(
	const struct report *report, const struct symbol_frame *frame, const char *text);

/* result.locations: the one place at which the finding is shown, or none. */
json_t *sarif_locations(const struct report *report, const struct finding *finding);

/* result.relatedLocations: the others; their ids count from 1. */
json_t *sarif_related_locations(const struct report *report, const struct finding *finding);

/*
 * The finding in words, in plain text and in Markdown, with links to the related locations.
 * Returns 0 or -ENOMEM; the caller frees both.
 */
int sarif_message(const struct finding *finding, char **ret_text, char **ret_markdown);

/* result.codeFlows: one flow, in which each thread has its own; empty without an interleaving.
 */
json_t *sarif_flows(const struct report *report, const struct finding *finding);

#endif
