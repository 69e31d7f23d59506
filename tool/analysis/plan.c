/* SPDX-License-Identifier: Apache-2.0 */
/* A schedule made ready for one process image; see plan.h. */
#include "tool/analysis/plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int plan_new(const struct schedule *schedule, struct symbols *symbols, struct plan *ret_plan,
	struct diag *diag)
{
	struct plan plan = { .count = schedule->decision_count };
	int r;

	plan.decisions = calloc(plan.count + 1, sizeof(*plan.decisions));
	if (!plan.decisions)
		return diag_set(diag, -ENOMEM, "no memory for the decisions of the schedule");
	for (size_t i = 0; i < plan.count; i++) {
		r = schedule_decision_to_wire(&schedule->decisions[i], &plan.decisions[i]);
		if (r < 0) {
			diag_set(
				diag, r, "decision %zu of the schedule names no thread", i + 1);
			goto fail;
		}
	}
	r = resolve_locations(schedule, symbols, &plan.places, diag);
	if (r < 0)
		goto fail;
	*ret_plan = plan;
	return 0;
fail:
	free(plan.decisions);
	return r;
}

void plan_release(struct plan *plan)
{
	free(plan->decisions);
	code_places_release(&plan->places);
	*plan = (struct plan){ 0 };
}

int plan_request(const struct plan *plan, const struct wire_decision *decisions, size_t count,
	struct server_request *ret_request)
{
	struct server_request request = {
		.wire.strategy = WIRE_STRATEGY_REPLAY,
		.wire.execution = 1,
		.decisions = decisions,
		.decision_count = count,
		.locations = plan->places.ranges,
		.location_count = plan->places.count,
	};
	uint64_t *points;
	int r = resolve_points(&plan->places, decisions, count, &points, &request.point_count);

	if (r < 0)
		return r;
	request.points = points;
	*ret_request = request;
	return 0;
}

void plan_request_release(struct server_request *request)
{
	free((void *)(uintptr_t)request->points);
	request->points = NULL;
	request->point_count = 0;
}

static int by_value(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a;
	uint64_t right = *(const uint64_t *)b;

	return (left > right) - (left < right);
}

int plan_request_add_points(
	struct server_request *request, const uint64_t *points, size_t count)
{
	size_t total = request->point_count + count;
	size_t kept = 0;
	uint64_t *all;

	if (count == 0)
		return 0;
	all = calloc(total, sizeof(*all));
	if (!all)
		return -ENOMEM;
	if (request->point_count)
		memcpy(all, request->points, request->point_count * sizeof(*all));
	memcpy(all + request->point_count, points, count * sizeof(*all));
	qsort(all, total, sizeof(*all), by_value);
	for (size_t i = 0; i < total; i++)
		if (i == 0 || all[i] != all[kept - 1])
			all[kept++] = all[i];
	plan_request_release(request);
	request->points = all;
	request->point_count = kept;
	return 0;
}

int plan_request_add_race(struct server_request *request, const struct wire_race *race)
{
	const uint64_t pcs[] = { race->later.pc, race->earlier.pc };

	return plan_request_add_points(request, pcs, race->earlier.pc ? 2 : 1);
}
