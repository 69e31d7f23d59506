/* SPDX-License-Identifier: Apache-2.0 */
/* No preemption, every value the usual one: the first execution of each campaign. */
#include "runtime/strategy/strategy.h"

static void begin(void *state, const struct strategy_args *args)
{
	(void)state;
	(void)args;
}

static thread_id pick(void *state, const struct choice *choice)
{
	(void)state;
	return choice->usual;
}

static uint32_t draw(void *state, const struct thread *thread, uint32_t kind, uint32_t bound)
{
	(void)state;
	(void)thread;
	(void)kind;
	(void)bound;
	return 0;
}

const struct strategy_ops strategy_sequential = {
	.name = "sequential",
	.state_size = 0,
	.begin = begin,
	.pick = pick,
	.draw = draw,
};
