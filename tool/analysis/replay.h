/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A schedule from a file, run on a program that may have changed since: what it showed, and how
 * well it still fitted.
 */
#ifndef WEFT_TOOL_ANALYSIS_REPLAY_H
#define WEFT_TOOL_ANALYSIS_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/analysis/finding.h"
#include "tool/diag.h"
#include "tool/launch/server.h"
#include "tool/trace/schedule.h"

struct plan;

struct replay {
	struct finding *finding; /* NULL: the execution was as expected */
	size_t decisions;	 /* in the schedule */
	size_t applied;		 /* of them, how many came up */
	size_t first_missing;	 /* index of the first that did not; `decisions`: all did */
	uint64_t hash;		 /* of the execution's events */
	/*
	 * When it did not fit and showed nothing: executions of a search for the same failure,
	 * whose finding is then `finding`; 0: there was none.
	 */
	uint32_t searched;
	int32_t *
		shifts; /* by how many lines each location had to be moved to fit; NULL: none */
};

/*
 * Executes twice: once without any preemption, to learn what is mapped where, then the
 * schedule. If that shows nothing, and does not come up as it stands or runs otherwise than it
 * was recorded, some more times with the lines moved to where the named operations are now; the
 * best of these is what counts. If that shows nothing either, though it is the same program, a
 * bounded search is what counts. The
 * lab's expectation is used as it is, but for the output, which the first execution shows.
 * Returns 0 or a negative errno; release `ret_replay`.
 */
int replay_run(const struct finding_lab *lab, const struct schedule *schedule,
	struct replay *ret_replay, struct diag *diag);

/*
 * Fills in the judge of a schedule whose kind only one can tell: an outcome, or a condition
 * that was not true. Returns false for all other kinds.
 */
bool replay_judge(const struct schedule *schedule, struct finding_judge *judge);

void replay_release(struct replay *replay);

/* The first half of it alone: the schedule ready for the program's image. Release the plan. */
int replay_plan(struct server *server, const struct schedule *schedule, struct plan *ret_plan,
	struct diag *diag);

#endif
