/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random, but that no thread is ever preempted: it goes on until it waits, yields or ends. Who
 * goes on then, and every other value, is drawn.
 */
#include "runtime/strategy/chance.h"
#include "runtime/strategy/strategy.h"

static void begin(void *state, const struct strategy_args *args)
{
	random_init(state, args->seed);
}

static thread_id pick(void *state, const struct choice *choice)
{
	if (choice->kind == WIRE_DECISION_PREEMPT)
		return choice->usual;
	return choice->candidates[random_below(state, choice->count)];
}

static uint32_t draw(void *state, const struct thread *thread, uint32_t kind, uint32_t bound)
{
	return chance_draw(state, thread, kind, bound);
}

const struct strategy_ops strategy_nonpreemptive = {
	.name = "non-preemptive",
	.state_size = sizeof(struct random),
	.begin = begin,
	.pick = pick,
	.draw = draw,
};
