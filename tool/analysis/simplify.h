/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The single decisions that an execution without any decision would have offered: at each
 * choice of a thread, each other thread that was there to be chosen. Those at the places that a
 * known schedule names come first: that is where the bug is.
 */
#ifndef WEFT_TOOL_ANALYSIS_SIMPLIFY_H
#define WEFT_TOOL_ANALYSIS_SIMPLIFY_H

#include "tool/analysis/plan.h"
#include "tool/analysis/verify.h"
#include "tool/trace/schedule.h"

/*
 * `sequential` is the recording without decisions. The plan's decisions are each to be tried
 * alone. Returns 0 or a negative errno.
 */
int simplify_plan(const struct recording *sequential, const struct schedule *known,
	struct examiner *examiner, struct plan *ret_plan, struct diag *diag);

#endif
