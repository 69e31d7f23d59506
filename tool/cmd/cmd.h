/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The subcommands: one file each. A command gets its own name as argv[0] and returns the exit
 * status of the process.
 */
#ifndef WEFT_TOOL_CMD_H
#define WEFT_TOOL_CMD_H

enum exit_code {
	EXIT_NOTHING_FOUND = 0,
	EXIT_FINDING = 1,      /* for replay: it reproduced */
	EXIT_USAGE = 2,	       /* usage or environment; the message says what to do */
	EXIT_DOES_NOT_FIT = 3, /* replay only: the schedule no longer fits the program */
	EXIT_DEFECT = 125,     /* a defect of weft itself */
};

int cmd_test(int argc, char **argv);
int cmd_replay(int argc, char **argv);
int cmd_outcomes(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_cc(int argc, char **argv);
int cmd_cxx(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_stuck(int argc, char **argv);
int cmd_sql(int argc, char **argv);

#endif
