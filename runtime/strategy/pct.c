/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi, Nagarakatte: "A Randomized
 * Scheduler with Probabilistic Guarantees of Finding Bugs", ASPLOS 2010). Threads get random
 * priorities, the highest runs; at depth - 1 random steps the running thread drops below all
 * others. A bug of depth d among n threads and k steps shows with probability at least 1 / (n
 * k^(d-1)).
 */
#include "runtime/core/arena.h"
#include "runtime/core/core.h"
#include "runtime/strategy/chance.h"
#include "runtime/strategy/strategy.h"

#define PCT_DEPTH_MAX 32u
#define PCT_STEPS_DEFAULT 1000u

struct pct {
	struct random random;
	uint64_t *priorities; /* by thread number; 0: not drawn yet */
	uint64_t change_at[PCT_DEPTH_MAX];
	uint32_t change_count;
	uint64_t step;
};

static void begin(void *state, const struct strategy_args *args)
{
	struct pct *pct = state;
	uint64_t steps = args->step_estimate ? args->step_estimate : PCT_STEPS_DEFAULT;
	uint32_t depth = args->depth ? args->depth : 3;

	random_init(&pct->random, args->seed);
	pct->priorities = arena_alloc(args->arena, CORE_THREADS_MAX * sizeof(uint64_t));
	pct->change_count = depth - 1 < PCT_DEPTH_MAX ? depth - 1 : PCT_DEPTH_MAX;
	for (uint32_t i = 0; i < pct->change_count; i++)
		pct->change_at[i] = 1 + random_next(&pct->random) % steps;
}

static void observe(void *state, const struct thread *thread)
{
	struct pct *pct = state;

	pct->step++;
	/* As in the paper, each change point has a low priority of its own, whatever their
	 * order. */
	for (uint32_t i = 0; i < pct->change_count; i++)
		if (pct->change_at[i] == pct->step)
			pct->priorities[thread->id] = pct->change_count - i;
}

static uint64_t priority(struct pct *pct, thread_id thread)
{
	if (!pct->priorities[thread])
		pct->priorities[thread] = random_next(&pct->random) | (UINT64_C(1) << 63);
	return pct->priorities[thread];
}

static thread_id pick(void *state, const struct choice *choice)
{
	struct pct *pct = state;
	thread_id best = choice->candidates[0];

	for (uint32_t i = 1; i < choice->count; i++)
		if (priority(pct, choice->candidates[i]) > priority(pct, best))
			best = choice->candidates[i];
	return best;
}

static uint32_t draw(void *state, const struct thread *thread, uint32_t kind, uint32_t bound)
{
	struct pct *pct = state;

	return chance_draw(&pct->random, thread, kind, bound);
}

const struct strategy_ops strategy_pct = {
	.name = "pct",
	.state_size = sizeof(struct pct),
	.begin = begin,
	.pick = pick,
	.draw = draw,
	.observe = observe,
};
