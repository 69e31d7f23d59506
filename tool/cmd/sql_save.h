/* SPDX-License-Identifier: Apache-2.0 */
/* What `weft sql` and `weft replay` of its schedules both tell: reports into files, advice. */
#ifndef WEFT_TOOL_CMD_SQL_SAVE_H
#define WEFT_TOOL_CMD_SQL_SAVE_H

#include "tool/sql/report/report.h"

typedef int (*sql_report_writer)(
	struct sql_campaign *const *campaigns, size_t count, FILE *stream);

/* Writes a report to a file, "-": stdout. Returns 0, or a negative errno with the diag. */
int sql_report_save(struct sql_campaign *const *campaigns, size_t count,
	sql_report_writer write, const char *path, struct diag *diag);

/* Adds to the message of a server that does not answer what to do; `start` is the option. */
void sql_connect_advice(const char *start, struct diag *diag);

#endif
