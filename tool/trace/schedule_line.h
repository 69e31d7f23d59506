/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The decision lines of a .weft file:
 *   at THREAD OPERATION N [in FUNCTION FILE:LINE | in MODULE+0xOFFSET]: KIND WHAT [(repetition
 * N)]
 */
#ifndef WEFT_TOOL_TRACE_SCHEDULE_LINE_H
#define WEFT_TOOL_TRACE_SCHEDULE_LINE_H

#include <stdio.h>

#include "tool/trace/scanner.h"
#include "tool/trace/schedule.h"

#define SCHEDULE_LINE_KEY "at"

/* Reads the rest of the line, after `at`, and adds it to the schedule. */
int schedule_line_parse(struct scanner *s, struct schedule *schedule);

void schedule_line_write(const struct schedule *schedule,
	const struct schedule_decision *decision, FILE *stream);

#endif
