/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `replay` and `explain` have in common: a schedule file and the program that it is run
 * on, in the folder where it was recorded.
 */
#ifndef WEFT_TOOL_CMD_RERUN_H
#define WEFT_TOOL_CMD_RERUN_H

#include <stdbool.h>

#include "tool/analysis/finding.h"
#include "tool/cmd/options.h"
#include "tool/launch/program.h"
#include "tool/launch/runtime_path.h"
#include "tool/launch/server.h"
#include "tool/trace/schedule.h"

#define RERUN_CARRIER_AS_RECORDED (-1)

struct rerun {
	int carrier;   /* enum wire_carrier, or as recorded */
	bool debugged; /* under a debugger, which wants real threads */
	struct schedule *schedule;
	struct program program;
	struct runtime_path runtime;
	char **argv; /* of the program; ends with NULL */
	int origin;  /* the folder that the user is in; -1: not left yet */
	struct server_setup setup;
};

#define RERUN_INIT                                                                       \
	{                                                                                \
		.carrier = RERUN_CARRIER_AS_RECORDED, .setup.input_fd = -1, .origin = -1 \
	}

/*
 * Reads the schedule, unless it is there already, and makes ready to start its program, or the
 * one on the command line. Enters the schedule's folder. Returns 0 or a negative errno with
 * `diag`; release it in either case.
 */
int rerun_prepare(struct rerun *rerun, const char *file, const struct command_line *line,
	struct diag *diag);
void rerun_release(struct rerun *rerun);

/* Back to the user's folder, where reports go. */
int rerun_return(struct rerun *rerun, struct diag *diag);

/* Is it a schedule of a finding of that kind? */
bool rerun_expects(const struct schedule *schedule, enum finding_kind kind);

#endif
