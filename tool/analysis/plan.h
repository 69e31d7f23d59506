/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A schedule made ready for one process image: its decisions as the runtime reads them and the
 * code that its locations stand for.
 */
#ifndef WEFT_TOOL_ANALYSIS_PLAN_H
#define WEFT_TOOL_ANALYSIS_PLAN_H

#include <stddef.h>

#include "common/wire.h"
#include "tool/analysis/resolve.h"
#include "tool/diag.h"
#include "tool/launch/server.h"
#include "tool/trace/schedule.h"

struct plan {
	struct wire_decision *decisions; /* in the schedule's order */
	size_t count;
	struct code_places places;
};

/* Returns 0 or -ENOMEM; locations without code are counted in `places`. */
int plan_new(const struct schedule *schedule, struct symbols *symbols, struct plan *ret_plan,
	struct diag *diag);
void plan_release(struct plan *plan);

/*
 * The request that replays `count` of the plan's decisions. It borrows them and the plan;
 * release it. Returns 0 or -ENOMEM.
 */
int plan_request(const struct plan *plan, const struct wire_decision *decisions, size_t count,
	struct server_request *ret_request);
void plan_request_release(struct server_request *request);

/*
 * Adds points to a request, keeping them sorted: accesses that are then seen in its record,
 * though nothing is decided there.
 */
int plan_request_add_points(
	struct server_request *request, const uint64_t *points, size_t count);

/* The same with the two accesses of a race, so that both show and can be switched at. */
int plan_request_add_race(struct server_request *request, const struct wire_race *race);

#endif
