/* SPDX-License-Identifier: Apache-2.0 */
/* `weft sql` on each engine that is wanted, one after another; and what is told at the end. */
#ifndef WEFT_TOOL_CMD_SQL_EXPLORE_H
#define WEFT_TOOL_CMD_SQL_EXPLORE_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/diag.h"
#include "tool/search/progress.h"
#include "tool/sql/run/lab.h"

/* What --engine and --start are when they are not given, and --start for all that have one. */
#define SQL_UNSAID (-1)
#define SQL_START_ALL SPEC_ENGINES

struct sql_exploration {
	const struct spec *spec;
	struct sql_options options; /* without the progress */
	const char *connection;	    /* NULL: the engine's own default */
	int engine;		    /* enum spec_engine, or SQL_UNSAID: those of the file */
	int start;		    /* whose server is started; SQL_UNSAID: nobody's */
	uint64_t timeout_ns;	    /* of a step */
	const char *out;	    /* folder for schedules */
	const char *json;	    /* files, or NULL */
	const char *junit;
	int color; /* enum report_color */
	enum progress_style progress;
};

/*
 * The engines that are to be explored, in their order. Returns how many, or -EINVAL with the
 * diag when the options contradict each other or the file.
 */
int sql_explore_engines(const struct sql_exploration *exploration,
	enum spec_engine engines[SPEC_ENGINES], struct diag *diag);

/* Explores and tells. Returns the exit status of `weft sql`. */
int sql_explore(const struct sql_exploration *exploration);

#endif
