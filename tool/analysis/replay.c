/* SPDX-License-Identifier: Apache-2.0 */
/* A schedule on a program that may have changed; see replay.h. */
#include "tool/analysis/replay.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tool/analysis/align.h"
#include "tool/analysis/around.h"
#include "tool/analysis/draft.h"
#include "tool/analysis/lost_wakeup.h"
#include "tool/analysis/misuse.h"
#include "tool/analysis/never_true.h"
#include "tool/analysis/outcome.h"
#include "tool/analysis/plan.h"
#include "tool/analysis/race.h"
#include "tool/analysis/verify.h"

/* One execution without preemption: its memory map is what the locations are looked up in. */
static int probe(struct examiner *examiner, struct observation *ret_seen, struct diag *diag)
{
	struct server_request request = { .wire.strategy = WIRE_STRATEGY_SEQUENTIAL };

	request.wire.execution = 1;
	return examine_recorded(examiner, &request, ret_seen, diag);
}

static int make_plan(struct examiner *examiner, const struct observation *probed,
	const struct schedule *schedule, struct plan *ret_plan, struct diag *diag)
{
	struct symbols *symbols = examiner_symbols(examiner, probed->recording, diag);

	return symbols ? plan_new(schedule, symbols, ret_plan, diag) : -ENOMEM;
}

int replay_plan(struct server *server, const struct schedule *schedule, struct plan *ret_plan,
	struct diag *diag)
{
	struct finding_expectation expectation = { 0 };
	struct examiner examiner = { .server = server, .expectation = &expectation };
	struct observation seen = { 0 };
	int r = probe(&examiner, &seen, diag);

	if (r >= 0)
		r = make_plan(&examiner, &seen, schedule, ret_plan, diag);
	observation_release(&seen);
	examiner_release(&examiner);
	return r;
}

/* ---- how well it fitted ---- */

static bool same_location(
	const struct schedule *a, uint32_t i, const struct schedule *b, uint32_t j)
{
	if (i == WIRE_NONE || j == WIRE_NONE)
		return i == j;
	return align_same_place(&a->locations[i], &b->locations[j]);
}

static bool came_up(const struct schedule *schedule, const struct schedule_decision *wanted,
	const struct schedule *seen)
{
	for (size_t i = 0; i < seen->decision_count; i++) {
		const struct schedule_decision *d = &seen->decisions[i];

		if (d->kind == wanted->kind && d->op == wanted->op &&
			d->occurrence == wanted->occurrence &&
			d->repetition == wanted->repetition && d->value == wanted->value &&
			strcmp(d->thread, wanted->thread) == 0 &&
			strcmp(d->chosen, wanted->chosen) == 0 &&
			same_location(schedule, wanted->location, seen, d->location))
			return true;
	}
	return false;
}

/* The runtime counts what it applied; which one it did not is seen in the record. */
static int find_missing(const struct schedule *schedule, const struct recording *recording,
	struct symbols *symbols, struct replay *replay)
{
	struct schedule *seen = schedule_new();
	int r = seen ? draft_decisions(seen, recording, symbols) : -ENOMEM;

	replay->first_missing = schedule->decision_count;
	for (size_t i = 0; i < schedule->decision_count && r >= 0; i++) {
		if (came_up(schedule, &schedule->decisions[i], seen))
			continue;
		replay->first_missing = i;
		break;
	}
	schedule_free(seen);
	return r;
}

/* ---- the replay ---- */

/*
 * The race that the schedule is one of, among those seen: the same one, or, when lines have
 * moved, one between the same two functions. WIRE_NONE: there is none.
 */
static uint32_t find_race(const struct schedule *schedule, struct symbols *symbols,
	const struct observation *seen)
{
	uint32_t race =
		race_find(symbols, seen->races, seen->race_count, schedule->fingerprint);

	for (size_t i = 0; race == WIRE_NONE && i < seen->race_count; i++)
		if (race_is_between(symbols, &seen->races[i], schedule->expect_where))
			race = (uint32_t)i;
	return race;
}

static bool expects(const struct schedule *schedule, enum finding_kind kind)
{
	return schedule->expect_kind &&
	       strcmp(schedule->expect_kind, finding_kind_name(kind)) == 0;
}

/* When the race is seen, the observation becomes one of it, with both stacks. */
static int look_for_race(struct examiner *examiner, const struct schedule *schedule,
	struct server_request *request, struct observation *seen, struct diag *diag)
{
	struct symbols *symbols = examiner_symbols(examiner, seen->recording, diag);
	uint64_t hash = seen->hash;
	uint32_t race;
	int r;

	if (!symbols)
		return -ENOMEM;
	race = find_race(schedule, symbols, seen);
	if (race == WIRE_NONE)
		return 0;
	race_watch(&seen->races[race], &request->wire);
	r = plan_request_add_race(request, &seen->races[race]);
	observation_release(seen);
	if (r >= 0)
		r = examine_recorded(examiner, request, seen, diag);
	if (r < 0)
		return r;
	seen->hash = hash;
	symbols = examiner_symbols(examiner, seen->recording, diag);
	race = symbols ? find_race(schedule, symbols, seen) : WIRE_NONE;
	seen->recording->race = race;
	if (race != WIRE_NONE)
		seen->kind = FINDING_DATA_RACE;
	return 0;
}

/* The same misuse, or, when lines have moved, the first of those seen. */
static int look_for_misuse(struct examiner *examiner, const struct schedule *schedule,
	struct observation *seen, struct diag *diag)
{
	struct symbols *symbols = examiner_symbols(examiner, seen->recording, diag);
	uint32_t misuse;

	if (!symbols)
		return -ENOMEM;
	misuse = misuse_find(symbols, seen->misuses, seen->misuse_count, schedule->fingerprint);
	if (misuse == WIRE_NONE && seen->misuse_count)
		misuse = 0;
	if (misuse == WIRE_NONE)
		return 0;
	seen->recording->misuse = misuse;
	seen->kind = FINDING_LOCK_MISUSE;
	return 0;
}

static int run_plan(struct examiner *examiner, const struct schedule *schedule,
	const struct plan *plan, struct observation *ret_seen, struct diag *diag)
{
	struct server_request request;
	int r = plan_request(plan, plan->decisions, plan->count, &request);

	if (r < 0)
		return r;
	request.wire.record = WIRE_RECORD_ACCESSES;
	r = examine_recorded(examiner, &request, ret_seen, diag);
	if (r >= 0 && expects(schedule, FINDING_DATA_RACE))
		r = look_for_race(examiner, schedule, &request, ret_seen, diag);
	plan_request_release(&request);
	if (r >= 0 && expects(schedule, FINDING_LOCK_MISUSE))
		r = look_for_misuse(examiner, schedule, ret_seen, diag);
	return r;
}

static int judge(struct examiner *examiner, const struct schedule *schedule,
	struct observation *seen, struct replay *replay, struct diag *diag)
{
	struct lost_wakeup lost;
	struct symbols *symbols = examiner_symbols(examiner, seen->recording, diag);
	int r;

	if (!symbols)
		return -ENOMEM;
	if (seen->kind == FINDING_DEADLOCK && expects(schedule, FINDING_LOST_WAKEUP) &&
		lost_wakeup_find(seen->recording, &lost))
		seen->kind = FINDING_LOST_WAKEUP;
	replay->decisions = schedule->decision_count;
	replay->applied = seen->decisions_applied;
	replay->hash = seen->hash;
	replay->first_missing = schedule->decision_count;
	if (replay->applied < replay->decisions) {
		r = find_missing(schedule, seen->recording, symbols, replay);
		if (r < 0)
			return r;
	}
	return seen->kind ? finding_of_observation(examiner, seen, &replay->finding, diag) : 0;
}

/* Runs the schedule as it stands. */
static int attempt(struct examiner *examiner, const struct schedule *schedule,
	const struct recording *image, struct replay *ret_replay, struct diag *diag)
{
	struct observation seen = { 0 };
	struct replay replay = { 0 };
	struct plan plan = { 0 };
	struct symbols *symbols = examiner_symbols(examiner, image, diag);
	int r = symbols ? plan_new(schedule, symbols, &plan, diag) : -ENOMEM;

	if (r >= 0)
		r = run_plan(examiner, schedule, &plan, &seen, diag);
	if (r >= 0)
		r = judge(examiner, schedule, &seen, &replay, diag);
	observation_release(&seen);
	plan_release(&plan);
	if (r < 0)
		replay_release(&replay);
	else
		*ret_replay = replay;
	return r;
}

/* ---- moved lines ---- */

/* An execution without preemption in which the accesses that may be meant are points. */
static int look_around(struct examiner *examiner, const struct schedule *schedule,
	const struct recording *image, struct observation *ret_seen, struct diag *diag)
{
	struct server_request request = { .wire.strategy = WIRE_STRATEGY_SEQUENTIAL };
	struct symbols *symbols = examiner_symbols(examiner, image, diag);
	uint64_t *points = NULL;
	int r = symbols ? align_points(schedule, symbols, &points, &request.point_count)
			: -ENOMEM;

	if (r < 0)
		return r;
	request.wire.execution = 1;
	request.points = points;
	r = examine_recorded(examiner, &request, ret_seen, diag);
	free(points);
	return r;
}

static bool is_better(const struct replay *a, const struct replay *b)
{
	if ((a->finding != NULL) != (b->finding != NULL))
		return a->finding != NULL;
	return a->applied > b->applied;
}

/* What is tried with moved lines, and the best of it so far. */
struct moves {
	struct examiner *examiner;
	const struct schedule *schedule;
	const struct recording *image;
	struct alignment alignment;
	struct replay *best;
};

static int keep_shifts(struct moves *moves, size_t variant)
{
	size_t count = moves->alignment.location_count;

	moves->best->shifts = reallocarray(NULL, count, sizeof(int32_t));
	if (!moves->best->shifts)
		return -ENOMEM;
	memcpy(moves->best->shifts, moves->alignment.shifts + variant * count,
		count * sizeof(int32_t));
	return 0;
}

static int attempt_moved(struct moves *moves, size_t variant, struct diag *diag)
{
	struct schedule moved = *moves->schedule;
	struct replay replay;
	int r;

	moved.locations = align_locations(moves->schedule, &moves->alignment, variant);
	if (!moved.locations)
		return -ENOMEM;
	r = attempt(moves->examiner, &moved, moves->image, &replay, diag);
	free(moved.locations);
	if (r < 0)
		return r;
	if (!is_better(&replay, moves->best)) {
		replay_release(&replay);
		return 0;
	}
	replay_release(moves->best);
	*moves->best = replay;
	return keep_shifts(moves, variant);
}

static int try_moved_lines(struct moves *moves, struct diag *diag)
{
	struct observation seen = { 0 };
	struct symbols *symbols;
	int r = look_around(moves->examiner, moves->schedule, moves->image, &seen, diag);

	symbols = r >= 0 ? examiner_symbols(moves->examiner, moves->image, diag) : NULL;
	if (r >= 0)
		r = symbols ? align_find(moves->schedule, seen.recording, symbols,
				      &moves->alignment)
			    : -ENOMEM;
	for (size_t i = 0; i < moves->alignment.variants && r >= 0 && !moves->best->finding;
		i++)
		r = attempt_moved(moves, i, diag);
	alignment_release(&moves->alignment);
	observation_release(&seen);
	return r;
}

bool replay_judge(const struct schedule *schedule, struct finding_judge *judge)
{
	if (expects(schedule, FINDING_OUTCOME))
		outcome_judge_init(judge, schedule->fingerprint);
	else if (expects(schedule, FINDING_NEVER_TRUE))
		never_true_judge_init(judge, schedule->fingerprint);
	else
		return false;
	return true;
}

/* Races and misuses are no failures that a search would end at. */
static int search(struct examiner *examiner, const struct schedule *schedule,
	const struct recording *image, struct replay *replay, struct diag *diag)
{
	struct symbols *symbols = examiner_symbols(examiner, image, diag);
	struct observation seen = { 0 };
	int r;

	if (!symbols)
		return -ENOMEM;
	if (!schedule->expect_kind || expects(schedule, FINDING_DATA_RACE) ||
		expects(schedule, FINDING_LOCK_MISUSE) ||
		expects(schedule, FINDING_LOCK_ORDER) ||
		!around_is_same_program(schedule, symbols))
		return 0;
	r = around_search(examiner, schedule, &seen, &replay->searched, diag);
	if (r > 0)
		r = finding_of_observation(examiner, &seen, &replay->finding, diag);
	observation_release(&seen);
	return r;
}

/*
 * It showed nothing, and it is not what was recorded: decisions did not come up, or others at
 * the same lines of a program that was changed did.
 */
static bool is_open(const struct schedule *schedule, const struct replay *replay)
{
	return !replay->finding && (replay->applied < replay->decisions ||
					   (schedule->hash && replay->hash != schedule->hash));
}

int replay_run(const struct finding_lab *lab, const struct schedule *schedule,
	struct replay *ret_replay, struct diag *diag)
{
	struct finding_expectation expectation = *lab->expectation;
	struct examiner examiner = { .server = lab->server, .expectation = &expectation };
	struct observation probed = { 0 };
	struct replay replay = { 0 };
	int r;

	diag->text[0] = '\0';
	r = probe(&examiner, &probed, diag);
	expectation.output_hash = probed.output_hash;
	if (r >= 0)
		r = attempt(&examiner, schedule, probed.recording, &replay, diag);
	if (r >= 0 && is_open(schedule, &replay)) {
		struct moves moves = {
			.examiner = &examiner,
			.schedule = schedule,
			.image = probed.recording,
			.best = &replay,
		};

		r = try_moved_lines(&moves, diag);
	}
	if (r >= 0 && is_open(schedule, &replay))
		r = search(&examiner, schedule, probed.recording, &replay, diag);
	observation_release(&probed);
	examiner_release(&examiner);
	if (r < 0) {
		replay_release(&replay);
		if (!diag->text[0])
			diag_set(diag, r, "cannot replay the schedule: %s", strerror(-r));
		return r;
	}
	*ret_replay = replay;
	return 0;
}

void replay_release(struct replay *replay)
{
	finding_free(replay->finding);
	free(replay->shifts);
	*replay = (struct replay){ 0 };
}
