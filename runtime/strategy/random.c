/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random walk with inertia: at each point the running thread stays with a probability that is
 * drawn once per execution, from one half to 255/256; else any candidate goes on. Without
 * inertia no thread ever gets far ahead of the others, and rare long delays never happen.
 */
#include "runtime/strategy/chance.h"
#include "runtime/strategy/strategy.h"

#define INERTIA_LEVELS 8u
/* So many choices at most are looked at before they come. */
#define AHEAD_MAX 64u
/* A thread that is left at every second or fourth point does not stay for long. */
#define AHEAD_MASK_MIN 7u

struct random_walk {
	struct random random;
	uint32_t leave_mask; /* leaves when the masked bits are all zero */
	uint32_t ahead_max;  /* the fewer, the more of them were for nothing */
	uint32_t *stays;     /* choices that are drawn already, and not used yet; or NULL */
};

static void begin(void *state, const struct strategy_args *args)
{
	struct random_walk *walk = state;

	random_init(&walk->random, args->seed);
	walk->leave_mask = (2u << random_below(&walk->random, INERTIA_LEVELS)) - 1;
	if (walk->leave_mask >= AHEAD_MASK_MIN)
		walk->stays = args->stays;
	walk->ahead_max = AHEAD_MAX;
}

/*
 * Draws what the next choices are going to be, as long as they are to stay. So each choice has
 * the same part of the random stream as if it were drawn when it comes.
 */
static __attribute__((noinline)) void look_ahead(struct random_walk *walk)
{
	struct random random = walk->random;
	uint32_t count = 0;

	while (count < walk->ahead_max && (random_next(&random) & walk->leave_mask)) {
		walk->random = random;
		count++;
	}
	*walk->stays = count;
	if (walk->ahead_max < AHEAD_MAX)
		walk->ahead_max *= 2;
}

/* Something else comes first: what was drawn and not used is drawn again. */
static inline void look_back(struct random_walk *walk)
{
	if (__builtin_expect(!walk->stays || !*walk->stays, 1))
		return;
	random_rewind(&walk->random, *walk->stays);
	*walk->stays = 0;
	walk->ahead_max = 1;
}

static thread_id pick(void *state, const struct choice *choice)
{
	struct random_walk *walk = state;
	uint64_t bits;
	thread_id other, stay;

	look_back(walk);
	bits = random_next(&walk->random);
	other = choice->candidates[((bits >> 32) * choice->count) >> 32];
	/* All ones to stay. No branch: a processor would guess it wrong as often as not. */
	stay = -(thread_id)((choice->kind == WIRE_DECISION_PREEMPT) &
			    ((bits & walk->leave_mask) != 0));
	other = (choice->usual & stay) | (other & ~stay);
	if (__builtin_expect(walk->stays != NULL, 0))
		look_ahead(walk);
	return other;
}

static uint32_t draw(void *state, const struct thread *thread, uint32_t kind, uint32_t bound)
{
	struct random_walk *walk = state;

	look_back(walk);
	return chance_draw(&walk->random, thread, kind, bound);
}

const struct strategy_ops strategy_random = {
	.name = "random",
	.state_size = sizeof(struct random_walk),
	.begin = begin,
	.pick = pick,
	.draw = draw,
};
