/* SPDX-License-Identifier: Apache-2.0 */
/* The reports of `weft sql` into files, and `weft replay` of its schedules. */
#ifndef WEFT_TOOL_CMD_SQL_SAVE_H
#define WEFT_TOOL_CMD_SQL_SAVE_H

#include "tool/sql/report/report.h"
#include "tool/trace/schedule.h"

typedef int (*sql_report_writer)(const struct sql_campaign *campaign, FILE *stream);

/* Writes a report to a file, "-": stdout. Returns 0, or a negative errno with the diag. */
int sql_report_save(const struct sql_campaign *campaign, sql_report_writer write,
	const char *path, struct diag *diag);

struct sql_replay_options {
	const char *connection; /* NULL: as the engine does by itself */
	bool start;		/* a private server */
	int color;
};

/* Runs the schedule, which sql_schedule_is(). Returns the exit status of `weft replay`. */
int sql_replay(const struct schedule *schedule, const char *name,
	const struct sql_replay_options *options);

#endif
