/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the schedule that happened to fail to a minimal one: chunks of decisions are dropped,
 * single decisions elsewhere are tried, pieces of one thread are brought together, what is left
 * is moved to where it is easiest to understand. See examination.h.
 */
#include <errno.h>
#include <string.h>

#include "tool/analysis/examination.h"
#include "tool/analysis/merge.h"
#include "tool/analysis/simplify.h"
#include "tool/launch/clock.h"

#define EXECUTION_LIMIT 600u
#define POLISH_ROUNDS 3
/* For slow programs: the schedule is then as small as it got. */
#define MINIMISE_LIMIT_NS (20 * NS_PER_S)

int examination_shows(void *context, const struct wire_decision *decisions, size_t count)
{
	struct examination *e = context;
	struct server_request request;
	struct observation seen = { 0 };
	uint32_t known;
	int r;

	if (examination_is_stopped(e))
		return 0;
	r = plan_request(&e->plan, decisions, count, &request);
	if (r < 0)
		return r;
	r = examine(&e->examiner, &request, &seen, e->diag);
	if (r >= 0 && examination_is_aside(e)) {
		r = examination_shows_aside(e, &seen);
	} else if (r < 0 || seen.kind != e->finding->kind) {
		r = r < 0 ? r : 0;
	} else if (pc_map_find(&e->keys, seen.key, &known)) {
		r = (int)known;
	} else {
		uint64_t key = seen.key;

		observation_release(&seen);
		r = examine_recorded(&e->examiner, &request, &seen, e->diag);
		if (r >= 0)
			r = examination_is_same(e, &seen);
		if (r >= 0 && pc_map_add(&e->keys, key, (uint32_t)r) < 0)
			r = -ENOMEM;
	}
	if (r > 0)
		e->switches = seen.switches;
	observation_release(&seen);
	plan_request_release(&request);
	return r;
}

int examination_plan(struct examination *e)
{
	struct symbols *symbols =
		examiner_symbols(&e->examiner, e->finding->recording, e->diag);

	plan_release(&e->plan);
	return symbols ? plan_new(e->schedule, symbols, &e->plan, e->diag) : -ENOMEM;
}

/*
 * An execution that reaches a limit, followed only by its decisions, often ends as what it
 * really is: nobody can go on, or all spin for ever. Then it is that, and 1 is returned.
 */
static int refine_hang(struct examination *e, const struct observation *seen)
{
	int r;

	if (e->finding->kind != FINDING_HANG ||
		(seen->kind != FINDING_LIVELOCK && seen->kind != FINDING_DEADLOCK))
		return 0;
	e->finding->kind = seen->kind;
	r = observation_fingerprint(&e->examiner, seen, &e->finding->fingerprint, e->diag);
	return r < 0 ? r : 1;
}

/*
 * Replays the plan's decisions and, if they show the finding, writes the schedule down anew
 * from that recording: without the decisions that did not come up. Returns 1, or 0 when they
 * don't.
 */
int examination_settle(struct examination *e)
{
	struct server_request request;
	struct observation seen = { 0 };
	struct schedule *settled;
	int r = plan_request(&e->plan, e->plan.decisions, e->plan.count, &request);

	if (r < 0)
		return r;
	r = examination_look(e, &request, &seen);
	plan_request_release(&request);
	if (r == 0)
		r = refine_hang(e, &seen);
	if (r > 0) {
		examination_keep(e, &seen);
		r = examination_draft(e, &settled);
		if (r >= 0) {
			schedule_free(e->schedule);
			e->schedule = settled;
			r = examination_plan(e);
		}
		r = r < 0 ? r : 1;
	}
	observation_release(&seen);
	return r;
}

/* Records an execution without decisions, with the points that the schedule needs. */
static int record_sequential(struct examination *e, struct observation *ret_seen)
{
	struct server_request request;
	int r = plan_request(&e->plan, e->plan.decisions, e->plan.count, &request);

	if (r < 0)
		return r;
	request.decision_count = 0;
	r = examine_recorded(&e->examiner, &request, ret_seen, e->diag);
	plan_request_release(&request);
	return r;
}

/* Tries the plan's decisions one by one, and leaves one that shows the finding as its only one.
 */
static int find_single(struct examination *e, struct minimise_trial *trial)
{
	struct plan *plan = &e->plan;
	int r = 0;

	for (size_t i = 0; i < plan->count && r == 0 && minimise_may_try(trial); i++) {
		trial->spent++;
		r = examination_shows(e, &plan->decisions[i], 1);
		if (r > 0)
			plan->decisions[0] = plan->decisions[i];
	}
	if (r > 0)
		plan->count = 1;
	return r;
}

/*
 * Dropping decisions finds a minimum near the schedule that happened to fail. Often one single
 * decision elsewhere leads to the same failure: those that an execution without any would offer
 * are tried one by one.
 */
static int try_single_decisions(struct examination *e, struct minimise_trial *trial)
{
	struct observation seen = { 0 };
	struct plan singles;
	int r = record_sequential(e, &seen);

	if (r >= 0)
		r = simplify_plan(seen.recording, e->schedule, &e->examiner, &singles, e->diag);
	observation_release(&seen);
	if (r < 0)
		return r;
	plan_release(&e->plan);
	e->plan = singles;
	r = find_single(e, trial);
	if (r > 0)
		r = examination_settle(e);
	return r == 0 ? examination_plan(e) : r;
}

/* Drops until nothing more can go. Returns as examination_shrink(). */
static int drop_decisions(struct examination *e, struct minimise_trial *trial)
{
	size_t before;
	int r = 1;

	while (r > 0 && e->plan.count) {
		before = e->plan.count;
		r = minimise(trial, e->plan.decisions, &e->plan.count);
		if (r >= 0)
			r = examination_settle(e);
		if (e->plan.count >= before || !minimise_may_try(trial))
			break;
	}
	return r;
}

/* Merges, and then drops again, until neither is possible. Returns as examination_shrink(). */
static int merge_switches(struct examination *e, struct minimise_trial *trial)
{
	int r = 1;

	while (r > 0 && e->plan.count > 1 && minimise_may_try(trial)) {
		r = merge(trial, e->plan.decisions, &e->plan.count);
		if (r <= 0)
			return r < 0 ? r : 1;
		r = examination_settle(e);
		if (r > 0)
			r = drop_decisions(e, trial);
	}
	return r;
}

/* Moved switches may make others needless: until neither changes anything. */
static int polish_all(struct examination *e, struct minimise_trial *trial)
{
	int r = 1;

	for (int round = 0; round < POLISH_ROUNDS && minimise_may_try(trial); round++) {
		r = examination_polish(e, trial);
		if (r <= 0)
			break;
		r = drop_decisions(e, trial);
		if (r > 0)
			r = merge_switches(e, trial);
		if (r <= 0)
			return r;
	}
	return r < 0 ? r : 1;
}

int examination_shrink(struct examination *e)
{
	struct minimise_trial trial = {
		.context = e,
		.shows = examination_shows,
		.limit = e->lab->execution_limit ? e->lab->execution_limit : EXECUTION_LIMIT,
		.deadline_ns = clock_now_ns() + MINIMISE_LIMIT_NS,
	};
	int r = examination_plan(e);

	if (r >= 0)
		r = examination_settle(e);
	if (r > 0)
		r = drop_decisions(e, &trial);
	if (r > 0 && e->plan.count > 1) {
		r = try_single_decisions(e, &trial);
		r = r < 0 ? r : 1;
	}
	if (r > 0)
		r = merge_switches(e, &trial);
	if (r > 0)
		r = polish_all(e, &trial);
	e->finding->minimal = r > 0 && minimise_may_try(&trial) && !examination_is_stopped(e);
	return r;
}
