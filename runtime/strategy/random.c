/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random walk with inertia: at each point the running thread stays with a probability that is
 * drawn once per execution, from one half to 255/256; else any candidate goes on. Without
 * inertia no thread ever gets far ahead of the others, and rare long delays never happen.
 */
#include "runtime/strategy/chance.h"
#include "runtime/strategy/strategy.h"

#define INERTIA_LEVELS 8u

struct random_walk {
	struct random random;
	uint32_t leave_mask; /* leaves when the masked bits are all zero */
};

static void begin(void *state, const struct strategy_args *args)
{
	struct random_walk *walk = state;

	random_init(&walk->random, args->seed);
	walk->leave_mask = (2u << random_below(&walk->random, INERTIA_LEVELS)) - 1;
}

static thread_id pick(void *state, const struct choice *choice)
{
	struct random_walk *walk = state;
	uint64_t bits = random_next(&walk->random);
	thread_id other = choice->candidates[((bits >> 32) * choice->count) >> 32];
	/* All ones to stay. No branch: a processor would guess it wrong as often as not. */
	thread_id stay = -(thread_id)((choice->kind == WIRE_DECISION_PREEMPT) &
				      ((bits & walk->leave_mask) != 0));

	return (choice->usual & stay) | (other & ~stay);
}

static uint32_t draw(void *state, const struct thread *thread, uint32_t kind, uint32_t bound)
{
	struct random_walk *walk = state;

	(void)thread;
	return chance_draw(&walk->random, kind, bound);
}

const struct strategy_ops strategy_random = {
	.name = "random",
	.state_size = sizeof(struct random_walk),
	.begin = begin,
	.pick = pick,
	.draw = draw,
};
