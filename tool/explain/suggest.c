/* SPDX-License-Identifier: Apache-2.0 */
/* Remedies, tried; see suggest.h. */
#include "tool/explain/suggest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/op.h"
#include "tool/explain/passing.h"
#include "tool/launch/clock.h"

#define TIME_LIMIT_NS (8 * NS_PER_S)
#define FAILING_TIME_LIMIT_NS (30 * NS_PER_S)
#define CONSTRAINTS_MAX (REMEDY_ACTS_MAX / 2)

struct trial {
	struct examiner *examiner;
	struct inquiry *inquiry;
	struct wire_constraint constraints[CONSTRAINTS_MAX];
	size_t constraint_count;
	uint64_t *points;
	size_t point_count;
	uint64_t deadline_ns;
};

/* ---- from acts to places ---- */

/* The operation that stands for an act: itself, or what its thread came to before or after. */
static uint32_t operation_at(const struct acts *acts, uint32_t act, bool before)
{
	while (act != WIRE_NONE && (act_is_look(acts, act) || acts->list[act].kind == ACT_FREE))
		act = before ? acts->list[act].previous : acts->list[act].next;
	return act;
}

static struct wire_place place_of(const struct acts *acts, uint32_t act)
{
	const struct wire_event *event = act_event(acts, act);

	return (struct wire_place){ .pc = event->pc, .op = event->op };
}

static const struct acts *acts_with(
	const struct trial *trial, const struct remedy *remedy, size_t i)
{
	return remedy->in_passing[i] ? &trial->inquiry->passing : &trial->inquiry->acts;
}

/* The two acts from `i` on. */
static bool add_stretch(struct trial *trial, const struct remedy *remedy, size_t i)
{
	const struct acts *from = acts_with(trial, remedy, i);
	const struct acts *to = acts_with(trial, remedy, i + 1);
	uint32_t first = operation_at(from, remedy->acts[i], true);
	uint32_t last = operation_at(to, remedy->acts[i + 1], false);

	if (first == WIRE_NONE || last == WIRE_NONE ||
		trial->constraint_count == CONSTRAINTS_MAX)
		return false;
	trial->constraints[trial->constraint_count++] = (struct wire_constraint){
		.kind = WIRE_CONSTRAINT_ATOMIC,
		.first = place_of(from, first),
		.second = place_of(to, last),
	};
	return true;
}

/* What comes first is an act of the execution that passed; a look is done at the operation
 * after. */
static bool add_order(struct trial *trial, uint32_t first, uint32_t second)
{
	const struct acts *acts = &trial->inquiry->acts, *passing = &trial->inquiry->passing;
	uint32_t done = operation_at(passing, first, false);
	uint32_t later = operation_at(acts, second, true);
	uint32_t thread = acts->list[second].thread;
	struct wire_constraint constraint = { .kind = WIRE_CONSTRAINT_ORDER };

	if (done == WIRE_NONE)
		return false;
	constraint.first = place_of(passing, done);
	constraint.first.on_arrival = done != first;
	if (later != WIRE_NONE)
		constraint.second = place_of(acts, later);
	else
		constraint.second.op = OP_THREAD_START;
	if (later == WIRE_NONE || act_event(acts, later)->op == OP_THREAD_START)
		constraint.second = (struct wire_place){
			.op = OP_THREAD_START,
			.thread = recording_path_hash(acts->recording, thread),
		};
	trial->constraints[trial->constraint_count++] = constraint;
	return true;
}

static bool make_constraints(struct trial *trial, const struct remedy *remedy)
{
	if (remedy->kind == REMEDY_ORDER)
		return add_order(trial, remedy->acts[0], remedy->acts[1]);
	for (size_t i = 0; i + 1 < remedy->count; i += 2)
		if (!add_stretch(trial, remedy, i))
			return false;
	return remedy->kind == REMEDY_ATOMIC && remedy->count;
}

/* ---- the points: all that either execution accessed, and the remedy's own ---- */

static int by_value(const void *a, const void *b)
{
	const uint64_t *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static int make_points(struct trial *trial)
{
	const struct inquiry *inquiry = trial->inquiry;
	const struct recording *passing = inquiry->passing.recording;
	uint64_t *here = NULL, *there = NULL;
	size_t here_count = 0, there_count = 0, kept = 0;
	int r = passing_points(inquiry->recording, &here, &here_count);

	if (r == 0 && passing)
		r = passing_points(passing, &there, &there_count);
	trial->points = calloc(
		here_count + there_count + 2 * CONSTRAINTS_MAX + 1, sizeof(*trial->points));
	if (r < 0 || !trial->points) {
		free(here);
		free(there);
		return -ENOMEM;
	}
	for (size_t i = 0; i < here_count; i++)
		trial->points[trial->point_count++] = here[i];
	for (size_t i = 0; i < there_count; i++)
		trial->points[trial->point_count++] = there[i];
	for (size_t i = 0; i < trial->constraint_count; i++) {
		trial->points[trial->point_count++] = trial->constraints[i].first.pc;
		trial->points[trial->point_count++] = trial->constraints[i].second.pc;
	}
	qsort(trial->points, trial->point_count, sizeof(*trial->points), by_value);
	for (size_t i = 0; i < trial->point_count; i++)
		if (trial->points[i] && (!kept || trial->points[kept - 1] != trial->points[i]))
			trial->points[kept++] = trial->points[i];
	trial->point_count = kept;
	free(here);
	free(there);
	return 0;
}

/* ---- executions ---- */

/* The n-th execution; strategies take turns. Returns 1 when it passed, 0 when it failed. */
static int run_one(struct trial *trial, uint32_t n, bool bound, struct diag *diag)
{
	static const enum wire_strategy strategies[] = { WIRE_STRATEGY_RANDOM,
		WIRE_STRATEGY_POS, WIRE_STRATEGY_PCT };
	struct server_request request = {
		.wire = {
			.strategy = strategies[n % 3],
			.execution = n + 1,
			.seed = n + 1,
			.depth = 3,
			.step_estimate = trial->inquiry->recording->result.steps + 1,
		},
		.points = trial->points,
		.point_count = trial->point_count,
		.constraints = trial->constraints,
		.constraint_count = bound ? trial->constraint_count : 0,
	};
	struct observation seen = { 0 };
	bool is_race = trial->inquiry->finding->kind == FINDING_DATA_RACE;
	int r = examine(trial->examiner, &request, &seen, diag);

	if (r >= 0)
		r = seen.kind == FINDING_NONE && !(is_race && seen.race_count);
	observation_release(&seen);
	return r;
}

static bool is_time_up(const struct trial *trial)
{
	return clock_now_ns() >= trial->deadline_ns || examiner_is_stopped(trial->examiner);
}

/* Returns how many passed before one failed, or a negative errno. */
static int run_bound(struct trial *trial, bool *ret_failed, struct diag *diag)
{
	uint32_t n = 0;
	int r = 1;

	while (n < SUGGEST_EXECUTIONS && r > 0 && !is_time_up(trial)) {
		r = run_one(trial, n, true, diag);
		n += r > 0;
	}
	*ret_failed = r == 0;
	return r < 0 ? r : (int)n;
}

/* Failing ones take longer, when they hang: 0, which proves nothing, when time is up. */
static int count_failing(struct trial *trial, uint32_t count, struct diag *diag)
{
	int failed = 0;

	trial->deadline_ns = clock_now_ns() + FAILING_TIME_LIMIT_NS;
	for (uint32_t n = 0; n < count; n++) {
		int r;

		if (is_time_up(trial))
			return 0;
		r = run_one(trial, n, false, diag);

		if (r < 0)
			return r;
		failed += r == 0;
	}
	return failed;
}

/* ---- words ---- */

static const char *write_place(
	struct trial *trial, const struct remedy *remedy, size_t i, char text[NAMING_SIZE])
{
	return remedy->in_passing[i]
		       ? inquiry_passing_place(trial->inquiry, remedy->acts[i], text)
		       : inquiry_place(trial->inquiry, remedy->acts[i], text);
}

static void write_stretches(struct trial *trial, const struct remedy *remedy, FILE *stream)
{
	char from[NAMING_SIZE], to[NAMING_SIZE];

	for (size_t i = 0; i + 1 < remedy->count; i += 2) {
		if (i)
			fputs(", and ", stream);
		write_place(trial, remedy, i, from);
		write_place(trial, remedy, i + 1, to);
		if (strcmp(from, to) == 0)
			fputs(from, stream);
		else
			fprintf(stream, "%s to %s", from, to);
	}
}

static void write_advice(struct trial *trial, const struct explanation *e, FILE *stream)
{
	char a[NAMING_SIZE], b[NAMING_SIZE];

	if (e->remedy.kind == REMEDY_ORDER) {
		fprintf(stream, "%s must come before %s", write_place(trial, &e->remedy, 0, a),
			write_place(trial, &e->remedy, 1, b));
		return;
	}
	if (e->kind == EXPLANATION_DEADLOCK) {
		fprintf(stream, "take %s in one order everywhere, or both at once",
			e->subject ? e->subject : "the locks");
		return;
	}
	write_stretches(trial, &e->remedy, stream);
	fputs(e->kind == EXPLANATION_LOST_WAKEUP || e->kind == EXPLANATION_MISSED_SIGNAL
			? " must be one step for those who signal: they need the wait's mutex"
			: " must be one atomic step, under one lock, say",
		stream);
}

static int write_suggestion(struct trial *trial, struct explanation *e)
{
	size_t size;
	FILE *stream = open_memstream(&e->suggestion, &size);

	if (!stream)
		return -ENOMEM;
	fputs("Suggestion: ", stream);
	write_advice(trial, e, stream);
	fprintf(stream,
		". Tried: with that, %u of %u executions passed; without it, %u of them "
		"failed.",
		e->remedy_passed, e->remedy_passed, e->without_failed);
	return fclose(stream) == 0 ? 1 : -ENOMEM;
}

static int try_remedy(struct examiner *examiner, struct inquiry *inquiry,
	struct explanation *explanation, struct diag *diag)
{
	struct trial trial = {
		.examiner = examiner,
		.inquiry = inquiry,
		.deadline_ns = clock_now_ns() + TIME_LIMIT_NS,
	};
	bool failed = false;
	int r;

	if (!make_constraints(&trial, &explanation->remedy))
		return 0;
	r = make_points(&trial);
	if (r >= 0)
		r = run_bound(&trial, &failed, diag);
	if (r >= SUGGEST_EXECUTIONS_MIN && !failed) {
		explanation->remedy_passed = (uint32_t)r;
		r = count_failing(&trial, explanation->remedy_passed, diag);
		explanation->without_failed = r > 0 ? (uint32_t)r : 0;
		/* What never fails anyway proves nothing. */
		r = r > 0 ? write_suggestion(&trial, explanation) : r;
	} else {
		r = r < 0 ? r : 0;
	}
	free(trial.points);
	return r;
}

int suggest_try(struct examiner *examiner, struct inquiry *inquiry,
	struct explanation *explanation, struct diag *diag)
{
	struct remedy first = explanation->remedy;
	int r = try_remedy(examiner, inquiry, explanation, diag);

	if (r != 0 || explanation->other_remedy.kind == REMEDY_NONE)
		return r;
	explanation->remedy = explanation->other_remedy;
	r = try_remedy(examiner, inquiry, explanation, diag);
	if (r == 0)
		explanation->remedy = first;
	return r;
}
