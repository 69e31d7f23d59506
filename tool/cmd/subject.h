/* SPDX-License-Identifier: Apache-2.0 */
/* The program that a command is given, looked at and made ready to be started. */
#ifndef WEFT_TOOL_CMD_SUBJECT_H
#define WEFT_TOOL_CMD_SUBJECT_H

#include "tool/cmd/options.h"
#include "tool/diag.h"
#include "tool/launch/program.h"
#include "tool/launch/runtime_path.h"
#include "tool/launch/server.h"

/* What the options --carrier and --points take. */
extern const struct option_choice subject_carriers[];
extern const struct option_choice subject_points[];
/* The same of --strategy: enum search_strategy; in test.c. */
extern const struct option_choice search_strategies[];

struct subject_options {
	char **command; /* ends with NULL; borrowed */
	enum wire_carrier carrier;
	enum wire_model model;
	enum wire_points points;
};

struct subject {
	struct program program;
	struct runtime_path runtime;
	struct server_setup setup; /* what is not among the options has its default */
};

/* Returns 0, or a negative errno with `diag` saying why the program can't be run. */
int subject_prepare(
	struct subject *subject, const struct subject_options *options, struct diag *diag);

void subject_release(struct subject *subject);

#endif
