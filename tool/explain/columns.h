/* SPDX-License-Identifier: Apache-2.0 */
/* An explanation for people: one column per thread, source text, values, and a sentence. */
#ifndef WEFT_TOOL_EXPLAIN_COLUMNS_H
#define WEFT_TOOL_EXPLAIN_COLUMNS_H

#include <stdio.h>

#include "tool/explain/explain.h"
#include "tool/report/report.h"

#define COLUMNS_WIDTH_DEFAULT 100
#define COLUMNS_WIDTH_MIN 60

/* Of the terminal behind the stream, by COLUMNS in the environment, or the default. */
int columns_terminal_width(FILE *stream);

/* Writes all of it. Returns 0, or -EIO when the stream failed. */
int columns_write(
	struct explained *explained, FILE *stream, enum report_color color, int width);

/*
 * The short form for a report: what kind it is and the sentence, each line indented by
 * `indent`.
 */
void columns_write_short(struct explained *explained, FILE *stream, int indent);

/* One step in words, without its note: "reads balance = 100", "locks a". */
#define STEP_WORDS (3 * NAMING_SIZE)
void columns_step_words(struct inquiry *inquiry, uint32_t act, char words[STEP_WORDS]);

#endif
