/* SPDX-License-Identifier: Apache-2.0 */
/* `weft replay DIR`: all schedules of a folder, as a regression suite. */
#ifndef WEFT_TOOL_CMD_REPLAY_SUITE_H
#define WEFT_TOOL_CMD_REPLAY_SUITE_H

#include <stdbool.h>

#include "tool/cmd/options.h"

struct replay_suite {
	const char *folder;
	const char *junit;	/* file, "-" for stdout, or NULL */
	int carrier;		/* as in struct rerun */
	const char *connection; /* for schedules of SQL, as in struct sql_replay */
	bool start_server;
};

/*
 * Replays each *.weft of the folder, by name, and writes a line for each. Returns the exit
 * status of the worst: a failure that was reproduced, then what could not be run, then a
 * schedule that no longer fits.
 */
int replay_suite_run(const struct replay_suite *suite, const struct command_line *line);

#endif
