/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Partial order sampling (Yuan, Yang, Gu: "Partial Order Aware Concurrency Sampling", CAV
 * 2018). Every pending operation has a random priority, the highest is carried out, and the
 * priorities of the operations that conflict with it are drawn anew: orders of conflicting
 * operations get even chances, and nothing is spent on those that commute.
 */
#include "runtime/core/arena.h"
#include "runtime/core/core.h"
#include "runtime/strategy/chance.h"
#include "runtime/strategy/strategy.h"

struct pos {
	struct random random;
	uint64_t *priorities; /* by thread number: of its pending operation */
};

static void begin(void *state, const struct strategy_args *args)
{
	struct pos *pos = state;

	random_init(&pos->random, args->seed);
	pos->priorities = arena_alloc(args->arena, CORE_THREADS_MAX * sizeof(uint64_t));
}

static void observe(void *state, const struct thread *thread)
{
	struct pos *pos = state;

	pos->priorities[thread->id] = random_next(&pos->random) | 1;
}

static bool conflicts(const struct operation *a, const struct operation *b)
{
	if (op_effect((enum op_kind)a->kind) != OP_EFFECT_WRITE &&
		op_effect((enum op_kind)b->kind) != OP_EFFECT_WRITE)
		return false;
	if (a->object || b->object)
		return a->object == b->object;
	return a->address && b->address && a->address < b->address + b->size &&
	       b->address < a->address + a->size;
}

static uint64_t priority(struct pos *pos, thread_id thread)
{
	if (!pos->priorities[thread])
		pos->priorities[thread] = random_next(&pos->random) | 1;
	return pos->priorities[thread];
}

static thread_id pick(void *state, const struct choice *choice)
{
	struct pos *pos = state;
	thread_id best = choice->candidates[0];

	for (uint32_t i = 1; i < choice->count; i++)
		if (priority(pos, choice->candidates[i]) > priority(pos, best))
			best = choice->candidates[i];
	for (uint32_t i = 0; i < choice->count; i++) {
		thread_id other = choice->candidates[i];

		if (other != best &&
			conflicts(&choice->threads[other]->op, &choice->threads[best]->op))
			pos->priorities[other] = random_next(&pos->random) | 1;
	}
	return best;
}

static uint32_t draw(void *state, const struct thread *thread, uint32_t kind, uint32_t bound)
{
	struct pos *pos = state;

	return chance_draw(&pos->random, thread, kind, bound);
}

const struct strategy_ops strategy_pos = {
	.name = "pos",
	.state_size = sizeof(struct pos),
	.begin = begin,
	.pick = pick,
	.draw = draw,
	.observe = observe,
};
