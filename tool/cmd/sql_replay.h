/* SPDX-License-Identifier: Apache-2.0 */
/* `weft replay` of the schedules that `weft sql` saved. */
#ifndef WEFT_TOOL_CMD_SQL_REPLAY_H
#define WEFT_TOOL_CMD_SQL_REPLAY_H

#include <stdbool.h>
#include <stdio.h>

#include "tool/diag.h"
#include "tool/sql/engine/server.h"
#include "tool/trace/schedule.h"

/* Private servers that several replays share: each is started when one first needs it. */
struct sql_servers {
	struct private_server *of[SPEC_ENGINES];
	bool handles_signals; /* Ctrl-C asks to end from then on, so that they are stopped */
};

void sql_servers_stop(struct sql_servers *servers);

struct sql_replay {
	const char *name;	/* of the schedule's file */
	const char *connection; /* NULL: as the schedule or the engine says */
	bool start;		/* a private server, whatever the schedule says */
	int color;		/* enum report_color */
	const char *json;	/* files for reports, or NULL */
	const char *junit;
	struct sql_servers *servers;
	FILE *details;	    /* takes the reports of findings, for people */
	struct diag result; /* filled: what came of it, in one line */
};

/*
 * Runs the schedule, which sql_schedule_is(). Prints nothing but to `details`, and returns the
 * exit status of `weft replay`.
 */
int sql_replay_run(const struct schedule *schedule, struct sql_replay *replay);

#endif
