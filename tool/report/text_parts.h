/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the text report share; only for tool/report/text*.c. */
#ifndef WEFT_TOOL_REPORT_TEXT_PARTS_H
#define WEFT_TOOL_REPORT_TEXT_PARTS_H

#include <stdio.h>
#include <time.h>

#include "tool/analysis/finding.h"
#include "tool/analysis/naming.h"
#include "tool/report/source.h"
#include "tool/report/style.h"

struct text {
	const struct finding *finding;
	const struct recording *recording;
	struct symbols *symbols;
	FILE *stream;
	const struct style *style;
	struct source_cache *source;
	int place_width; /* of the column of places in the interleaving */
};

/* Columns of places and quoted source. */
#define TEXT_PLACE_WIDTH 34
#define TEXT_SOURCE_WIDTH 60

/* The source line behind a place, dimmed and cut; nothing when it can't be read. */
void text_write_source(const struct text *text, const struct symbol_frame *frame);

/* A stack from the innermost frame of the user's on; without one, the return address alone. */
void text_write_stack(const struct text *text, uint32_t stack, uint64_t pc);

/* Both accesses of a race, their threads, and what it did to the outcome. */
void text_write_race(const struct text *text);

/* Who misused a lock, and who had it. */
void text_write_misuse(const struct text *text);

/* The threads of a predicted deadlock, and where each takes its two locks. */
void text_write_order(const struct text *text);

/* The threads that the failure is about: where they are, what they hold, who has what they
 * want. */
void text_write_threads(const struct text *text);

/* The switches that lead to it. Returns 0 or -ENOMEM. */
int text_write_interleaving(struct text *text);

#endif
