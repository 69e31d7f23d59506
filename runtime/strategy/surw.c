/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Selectively uniform random walk (Zhao, Wolff, Mathur, Roychoudhury: "Selectively uniform
 * concurrency testing", ASPLOS 2025). Operations at the code that uses one place count; how
 * many of them each thread does is known from earlier executions. Which thread does the next
 * that counts is drawn with odds as many as it, and the threads it will create, have left,
 * which makes all interleavings of these operations about as likely; until it has done it,
 * others do only what does not count.
 */
#include "common/hash.h"
#include "runtime/core/arena.h"
#include "runtime/core/core.h"
#include "runtime/strategy/chance.h"
#include "runtime/strategy/strategy.h"

#define NO_WEIGHT UINT32_MAX

struct surw {
	struct random random;
	const struct wire_request *request;
	uint32_t left[WIRE_WEIGHTS_MAX]; /* of each thread itself */
	bool seen[WIRE_WEIGHTS_MAX];	 /* the thread exists */
	uint32_t *left_others;		 /* by thread number; one more than there are */
	thread_id intended;		 /* THREAD_NONE: to be drawn */
};

static void begin(void *state, const struct strategy_args *args)
{
	struct surw *surw = state;

	random_init(&surw->random, args->seed);
	surw->request = args->request;
	surw->left_others = arena_alloc(args->arena, CORE_THREADS_MAX * sizeof(uint32_t));
	surw->intended = THREAD_NONE;
	for (uint32_t i = 0; args->request && i < args->request->surw_weight_count; i++)
		surw->left[i] = args->request->surw_weights[i].count;
}

static uint32_t weight_index(const struct surw *surw, const struct thread *thread)
{
	const struct wire_request *request = surw->request;

	for (uint32_t i = 0; request && i < request->surw_weight_count; i++)
		if (request->surw_weights[i].thread == thread->path_hash)
			return i;
	return NO_WEIGHT;
}

static uint32_t *left_of(struct surw *surw, const struct thread *thread)
{
	uint32_t i = weight_index(surw, thread);
	uint32_t *others = &surw->left_others[thread->id];

	if (i != NO_WEIGHT)
		return &surw->left[i];
	if (!*others)
		*others = 1 + (surw->request ? surw->request->surw_weight_others : 0);
	return others;
}

static bool counts(const struct surw *surw, const struct thread *thread)
{
	const struct wire_request *request = surw->request;
	enum op_effect effect = op_effect((enum op_kind)thread->op.kind);

	if (effect != OP_EFFECT_WRITE && effect != OP_EFFECT_READ)
		return false;
	for (uint32_t i = 0; request && i < request->surw_code_count && i < WIRE_CODES_MAX; i++)
		if (request->surw_codes[i] == thread->op.pc)
			return true;
	return !request || !request->surw_code_count;
}

/* The nearest thread up from a listed one that has come up; that itself if it has. */
static uint32_t seen_ancestor(const struct surw *surw, uint32_t i)
{
	while (i < surw->request->surw_weight_count && !surw->seen[i]) {
		uint32_t parent = surw->request->surw_weights[i].parent;

		/* Parents are listed before their children. */
		if (parent >= i)
			return NO_WEIGHT;
		i = parent;
	}
	return i;
}

/* What the thread has left, and those that it is yet to create. */
static uint64_t odds_of(struct surw *surw, const struct thread *thread)
{
	uint32_t own = weight_index(surw, thread);
	uint64_t odds = 1 + (uint64_t)*left_of(surw, thread);

	for (uint32_t i = 0; own != NO_WEIGHT && i < surw->request->surw_weight_count; i++)
		if (!surw->seen[i] && seen_ancestor(surw, i) == own)
			odds += surw->left[i];
	return odds;
}

static thread_id draw_thread(struct surw *surw, const struct choice *choice)
{
	uint64_t sum = 0, at;

	for (uint32_t i = 0; i < choice->count; i++) {
		uint32_t index = weight_index(surw, choice->threads[choice->candidates[i]]);

		if (index != NO_WEIGHT)
			surw->seen[index] = true;
	}
	for (uint32_t i = 0; i < choice->count; i++)
		sum += odds_of(surw, choice->threads[choice->candidates[i]]);
	at = random_next(&surw->random) % sum;
	for (uint32_t i = 0; i < choice->count; i++) {
		uint64_t odds = odds_of(surw, choice->threads[choice->candidates[i]]);

		if (at < odds)
			return choice->candidates[i];
		at -= odds;
	}
	return choice->usual;
}

static bool is_candidate(const struct choice *choice, thread_id thread)
{
	for (uint32_t i = 0; i < choice->count; i++)
		if (choice->candidates[i] == thread)
			return true;
	return false;
}

static thread_id pick(void *state, const struct choice *choice)
{
	struct surw *surw = state;
	const struct thread *intended;

	if (surw->intended == THREAD_NONE || !is_candidate(choice, surw->intended))
		surw->intended = draw_thread(surw, choice);
	/* What does not count may be done by anyone, at random. */
	for (uint32_t tries = 0; tries < 2; tries++) {
		thread_id other =
			choice->candidates[random_below(&surw->random, choice->count)];

		if (other != surw->intended && !counts(surw, choice->threads[other]))
			return other;
	}
	intended = choice->threads[surw->intended];
	if (counts(surw, intended)) {
		uint32_t *left = left_of(surw, intended);

		*left -= *left > 0;
		surw->intended = THREAD_NONE;
	}
	return intended->id;
}

static uint32_t draw(void *state, const struct thread *thread, uint32_t kind, uint32_t bound)
{
	struct surw *surw = state;

	return chance_draw(&surw->random, thread, kind, bound);
}

const struct strategy_ops strategy_surw = {
	.name = "surw",
	.state_size = sizeof(struct surw),
	.begin = begin,
	.pick = pick,
	.draw = draw,
};
