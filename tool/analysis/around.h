/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A schedule whose decisions no longer come up, since the program was changed: is its bug still
 * there? A bounded search says so, or that it is not found any more.
 */
#ifndef WEFT_TOOL_ANALYSIS_AROUND_H
#define WEFT_TOOL_ANALYSIS_AROUND_H

#include "tool/analysis/verify.h"
#include "tool/trace/schedule.h"

/* Executions at most. */
#define AROUND_EXECUTIONS 300

/*
 * Whether the program still has code of the files, or modules, that the schedule names: else it
 * is another program, and a search would say nothing about this schedule.
 */
bool around_is_same_program(const struct schedule *schedule, struct symbols *symbols);

/*
 * Executes until one fails. Returns 1 with that execution recorded in `ret_seen`, 0 when none
 * failed, or a negative errno. `ret_executions`: how many were tried.
 */
int around_search(struct examiner *examiner, const struct schedule *schedule,
	struct observation *ret_seen, uint32_t *ret_executions, struct diag *diag);

#endif
