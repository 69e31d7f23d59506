/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why two executions that should have been the same were not: the first event in which they
 * differ, and what weft met and could not control.
 */
#ifndef WEFT_TOOL_ANALYSIS_DIVERGENCE_H
#define WEFT_TOOL_ANALYSIS_DIVERGENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "tool/symbol/symbols.h"
#include "tool/trace/recording.h"

/* Index of the first event that differs; true when there is one. */
bool divergence_find(const struct recording *a, const struct recording *b, size_t *ret_event);

/* A sentence without full stop; `symbols` are those of both. The caller frees it; NULL: no
 * memory. */
char *divergence_describe(
	const struct recording *a, const struct recording *b, struct symbols *symbols);

/* The limits (enum wire_limit) in words: "it waited for input from outside"; "" for none. */
const char *divergence_limit(uint32_t limits);

#endif
