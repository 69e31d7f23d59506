/* SPDX-License-Identifier: Apache-2.0 */
/* A search in place of a schedule that no longer fits; see around.h. */
#include "tool/analysis/around.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tool/analysis/plan.h"
#include "tool/launch/clock.h"
#include "tool/symbol/location.h"

#define TIME_LIMIT_NS (20 * NS_PER_S)
/* Lines of a file that are tried before it is taken for gone. */
#define LINES_TRIED 2000u

static bool has_file(struct symbols *symbols, const char *file)
{
	struct symbol_range range;

	for (uint32_t line = 1; line < LINES_TRIED; line++)
		if (symbols_find_location(symbols, NULL, file, line, &range, 1) > 0)
			return true;
	return false;
}

bool around_is_same_program(const struct schedule *schedule, struct symbols *symbols)
{
	for (size_t i = 0; i < schedule->location_count; i++) {
		const struct schedule_location *location = &schedule->locations[i];
		uint64_t unused;

		if (location->kind == SCHEDULE_LOCATION_SOURCE
				? has_file(symbols, location->file)
				: symbols_module_address(
					  symbols, location->module, 0, &unused) == 0)
			return true;
	}
	return schedule->location_count == 0;
}

/* As a campaign does: what an execution sees racing is a point in later ones. */
static int run_one(struct examiner *examiner, const struct schedule *schedule, uint32_t n,
	struct server_request *request, struct observation *ret_seen, struct diag *diag)
{
	static const enum wire_strategy strategies[] = { WIRE_STRATEGY_SEQUENTIAL,
		WIRE_STRATEGY_POS, WIRE_STRATEGY_RANDOM, WIRE_STRATEGY_PCT };
	int r;

	request->wire = (struct wire_request){
		.strategy = n ? strategies[1 + n % 3] : strategies[0],
		.execution = n + 1,
		.seed = schedule->seed + n,
		.depth = 3,
		.step_estimate = 1000,
	};
	r = examine(examiner, request, ret_seen, diag);
	if (r < 0 || ret_seen->kind != FINDING_NONE)
		return r;
	r = plan_request_add_points(request, ret_seen->learned, ret_seen->learned_count);
	observation_release(ret_seen);
	return r;
}

int around_search(struct examiner *examiner, const struct schedule *schedule,
	struct observation *ret_seen, uint32_t *ret_executions, struct diag *diag)
{
	uint64_t deadline_ns = clock_now_ns() + TIME_LIMIT_NS;
	struct server_request request = { 0 };
	struct observation seen = { 0 };
	uint32_t n = 0;
	int r = 0;

	while (n < AROUND_EXECUTIONS && r >= 0 && seen.kind == FINDING_NONE &&
		clock_now_ns() < deadline_ns)
		r = run_one(examiner, schedule, n++, &request, &seen, diag);
	*ret_executions = n;
	if (r >= 0 && seen.kind != FINDING_NONE) {
		observation_release(&seen);
		r = examine_recorded(examiner, &request, ret_seen, diag);
		if (r >= 0)
			r = ret_seen->kind != FINDING_NONE;
	}
	observation_release(&seen);
	plan_request_release(&request);
	return r;
}
