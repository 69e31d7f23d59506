/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Delay bounding (Emmi, Qadeer, Rakamaric: "Delay-bounded scheduling", POPL 2011), with the
 * places of the delays drawn at random (Thomson, Donaldson, Betts, PPoPP 2014): a deterministic
 * scheduler, non-preemptive and by the numbers of threads, skips the thread that it would run
 * at `depth` random choices. Other than a preemption a delay also counts where a thread waits.
 */
#include "runtime/strategy/chance.h"
#include "runtime/strategy/strategy.h"

#define DELAYS_MAX 32u
#define CHOICES_DEFAULT 100u

struct delay {
	struct random random;
	uint64_t at[DELAYS_MAX];
	uint32_t count;
	uint64_t choices;
};

static void begin(void *state, const struct strategy_args *args)
{
	struct delay *delay = state;
	uint64_t choices = args->step_estimate ? args->step_estimate : CHOICES_DEFAULT;

	random_init(&delay->random, args->seed);
	delay->count = args->depth < DELAYS_MAX ? args->depth : DELAYS_MAX;
	for (uint32_t i = 0; i < delay->count; i++)
		delay->at[i] = 1 + random_next(&delay->random) % choices;
}

static thread_id after(const struct choice *choice, thread_id thread)
{
	for (uint32_t i = 0; i < choice->count; i++)
		if (choice->candidates[i] > thread)
			return choice->candidates[i];
	return choice->candidates[0];
}

static thread_id pick(void *state, const struct choice *choice)
{
	struct delay *delay = state;
	thread_id chosen = choice->usual;

	if (choice->count < 2)
		return chosen;
	delay->choices++;
	for (uint32_t i = 0; i < delay->count; i++)
		if (delay->at[i] == delay->choices)
			chosen = after(choice, chosen);
	return chosen;
}

static uint32_t draw(void *state, const struct thread *thread, uint32_t kind, uint32_t bound)
{
	struct delay *delay = state;

	return chance_draw(&delay->random, thread, kind, bound);
}

const struct strategy_ops strategy_delay = {
	.name = "delay",
	.state_size = sizeof(struct delay),
	.begin = begin,
	.pick = pick,
	.draw = draw,
};
