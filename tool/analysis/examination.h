/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is shared by the steps from a failure to a finding: finding.c, which drives them, and
 * shrink.c and polish.c, which make the schedule small and natural. For these only.
 */
#ifndef WEFT_TOOL_ANALYSIS_EXAMINATION_H
#define WEFT_TOOL_ANALYSIS_EXAMINATION_H

#include <stdbool.h>

#include "tool/analysis/finding.h"
#include "tool/analysis/minimise.h"
#include "tool/analysis/pc_map.h"
#include "tool/analysis/plan.h"
#include "tool/analysis/verify.h"
#include "tool/trace/schedule.h"

struct examination {
	const struct finding_lab *lab;
	const struct finding_failure *failure;
	struct examiner examiner;
	struct finding *finding;
	struct schedule *schedule;
	struct plan plan;
	/* Keys seen while minimising, and whether they are this finding (1) or another (0). */
	struct pc_map keys;
	uint64_t switches; /* between threads, in the last execution that showed it */
	struct diag *diag;
};

/* A race or misuse: something beside which the execution went on. */
bool examination_is_aside(const struct examination *e);

/* The user wants to see an end. */
bool examination_is_stopped(const struct examination *e);

/* Whether a recorded observation is this finding: 1, 0, or a negative errno. */
int examination_is_same(struct examination *e, struct observation *seen);

/* The same of one without a recording, of a race or misuse. */
int examination_shows_aside(struct examination *e, struct observation *seen);

/* Executes with recording. Returns 1 when it shows the finding, 0 when not. */
int examination_look(struct examination *e, const struct server_request *request,
	struct observation *ret_seen);

/* Takes over recording and output as what is to be reported. */
void examination_keep(struct examination *e, struct observation *seen);

/*
 * Replays the plan once more with all points of the failing execution and what else proves to
 * be shared, which decide nothing but are then in the recording. Left as it is when that does
 * not show the finding. Returns 0 or a negative errno.
 */
int examination_record_accesses(struct examination *e);

/* The recording as a schedule. */
int examination_draft(struct examination *e, struct schedule **ret_schedule);

/* The plan anew, from the schedule and the recording's image. */
int examination_plan(struct examination *e);

/*
 * Replays the plan's decisions and, if they show the finding, writes the schedule down anew
 * from that recording: without the decisions that did not come up. Returns 1, or 0 when they
 * don't.
 */
int examination_settle(struct examination *e);

/* For struct minimise_trial: executes the decisions, of the plan's places. */
int examination_shows(void *context, const struct wire_decision *decisions, size_t count);

/*
 * Makes the schedule minimal. Returns 1 when the schedule as it stands was seen to show the
 * finding, 0 when it does not, or a negative errno.
 */
int examination_shrink(struct examination *e);

/*
 * Moves the switches of a minimal schedule to where there are fewer in all, then to operations
 * at which one expects them, then to the latest. Keeps what shows the finding. Returns 1 when
 * something was moved, 0 when not, or a negative errno.
 */
int examination_polish(struct examination *e, struct minimise_trial *trial);

#endif
