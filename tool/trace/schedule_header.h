/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The header lines of a .weft file, `key value ...`: one table for reading and writing, in the
 * order in which they are written.
 */
#ifndef WEFT_TOOL_TRACE_SCHEDULE_HEADER_H
#define WEFT_TOOL_TRACE_SCHEDULE_HEADER_H

#include <stdio.h>

#include "tool/trace/scanner.h"
#include "tool/trace/schedule.h"

#define SCHEDULE_HEADERS_MAX 32

/* The number of the header with that key, below SCHEDULE_HEADERS_MAX, or -1. */
int schedule_header_find(const char *key);

/* Reads the rest of the line, after the key. */
int schedule_header_parse(int number, struct scanner *s, struct schedule *schedule);

/* Writes all that the schedule has, the unknown ones of later versions last. */
void schedule_headers_write(const struct schedule *schedule, FILE *stream);

#endif
