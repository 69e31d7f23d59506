/* SPDX-License-Identifier: Apache-2.0 */
/* A schedule as a table: one column for each session, time goes down. */
#ifndef WEFT_TOOL_SQL_REPORT_COLUMNS_H
#define WEFT_TOOL_SQL_REPORT_COLUMNS_H

#include <stdio.h>

#include "tool/report/style.h"
#include "tool/sql/run/lab.h"

void sql_columns_write(const struct spec *spec, const struct sql_trace *trace,
	const struct style *style, FILE *stream);

/* The data at the end, a table a line, as "NAME: rows". */
void columns_write_data(const struct spec *spec, const struct engine_schema *schema,
	const struct result *final, const char *indent, FILE *stream);

#endif
