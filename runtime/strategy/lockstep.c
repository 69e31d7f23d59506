/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lockstep: all threads go on together, one operation each, round after round. Whatever two
 * threads do alike they do at the same time: they read before any of them writes, they hold one
 * lock each before any of them takes the next. One such execution shows many lost updates,
 * check-then-act errors and deadlocks, however many threads it takes.
 *
 * So that the first ones are not ahead, who makes threads goes on while none of them has begun,
 * up to as many as an earlier execution had. And because those who back off from each other in
 * lockstep do so for ever, chance decides after many choices.
 *
 * The request's variant is a set of bits:
 *	1  rounds go from the latest thread to the first
 *	2  those who are about to write wait until nobody else is about to do anything but write
 *	4  a new thread runs alone until it waits or ends: no rounds
 *	8  a thread runs alone until it waits or ends, then the latest one: no rounds
 */
#include "runtime/strategy/chance.h"
#include "runtime/strategy/strategy.h"

/* Choices after which it is not lockstep any more. */
#define CHOICES_MAX 20000u

/* When it is not known how many threads there will be: what may lie between two of them. */
#define GATHER_PLAIN_MAX 16u

#define BACKWARDS 1u
#define WRITES_LAST 2u
#define NEWEST_FIRST 4u
#define LATEST_NEXT 8u

struct lockstep {
	struct random random;
	uint32_t variant;
	uint32_t choices;
	uint32_t expected; /* threads, of which so many have been created; 0: not known */
	uint32_t created;
	uint32_t plain; /* accesses in a row by who makes threads */
};

static void begin(void *state, const struct strategy_args *args)
{
	struct lockstep *lockstep = state;

	lockstep->variant = args->request ? args->request->variant : 0;
	lockstep->expected = args->request ? args->request->gather : 0;
	lockstep->created = 1;
	random_init(&lockstep->random, args->seed);
}

static void observe(void *state, const struct thread *thread)
{
	struct lockstep *lockstep = state;

	uint16_t kind = thread->op.kind;

	lockstep->created += kind == OP_THREAD_CREATE;
	lockstep->plain = kind == OP_READ || kind == OP_WRITE ? lockstep->plain + 1 : 0;
}

/*
 * May there be more threads to come? When it is not known how many there are, between two that
 * are made there is little that others could see.
 */
static bool expects_more(const struct lockstep *lockstep, const struct thread *maker)
{
	if (lockstep->expected)
		return lockstep->created < lockstep->expected;
	return maker->op.kind == OP_THREAD_CREATE ||
	       (lockstep->plain && lockstep->plain <= GATHER_PLAIN_MAX);
}

/* The current thread is alone but for threads that it has made and that have not begun. */
static bool gathers(const struct lockstep *lockstep, const struct choice *choice)
{
	if (choice->kind != WIRE_DECISION_PREEMPT ||
		!expects_more(lockstep, choice->threads[choice->current]))
		return false;
	for (uint32_t i = 0; i < choice->count; i++) {
		const struct thread *other = choice->threads[choice->candidates[i]];

		if (other->id != choice->current &&
			(other->parent != choice->current || other->op.kind != OP_THREAD_START))
			return false;
	}
	return true;
}

/* The next of the candidates after the current thread, in the direction of the rounds. */
static thread_id next_of(const struct lockstep *lockstep, const struct choice *choice)
{
	thread_id next;

	if (lockstep->variant & BACKWARDS) {
		next = choice->candidates[choice->count - 1];
		for (uint32_t i = 0; i < choice->count; i++)
			if (choice->candidates[i] < choice->current)
				next = choice->candidates[i];
		return next;
	}
	next = choice->candidates[0];
	for (uint32_t i = choice->count; i-- > 0;)
		if (choice->candidates[i] > choice->current)
			next = choice->candidates[i];
	return next;
}

static bool is_write(const struct thread *thread)
{
	uint16_t kind = thread->op.kind;

	return kind == OP_WRITE || kind == OP_ATOMIC_STORE || kind == OP_ATOMIC_RMW ||
	       kind == OP_ATOMIC_CAS;
}

static thread_id pick(void *state, const struct choice *choice)
{
	struct lockstep *lockstep = state;
	thread_id kept[64];
	struct choice others = *choice;

	if (++lockstep->choices > CHOICES_MAX)
		return choice->candidates[random_below(&lockstep->random, choice->count)];
	if (lockstep->variant & LATEST_NEXT)
		return choice->kind == WIRE_DECISION_PREEMPT
			       ? choice->usual
			       : choice->candidates[choice->count - 1];
	if (lockstep->variant & NEWEST_FIRST)
		return choice->kind == WIRE_DECISION_PREEMPT &&
				       choice->threads[choice->current]->op.kind !=
					       OP_THREAD_CREATE
			       ? choice->usual
			       : choice->candidates[choice->count - 1];
	if (gathers(lockstep, choice))
		return choice->current;
	if (!(lockstep->variant & WRITES_LAST) || choice->count > 64)
		return next_of(lockstep, choice);
	others.candidates = kept;
	others.count = 0;
	for (uint32_t i = 0; i < choice->count; i++)
		if (!is_write(choice->threads[choice->candidates[i]]))
			kept[others.count++] = choice->candidates[i];
	return next_of(lockstep, others.count ? &others : choice);
}

static uint32_t draw(void *state, const struct thread *thread, uint32_t kind, uint32_t bound)
{
	(void)state;
	(void)thread;
	(void)kind;
	(void)bound;
	return 0;
}

const struct strategy_ops strategy_lockstep = {
	.name = "lockstep",
	.state_size = sizeof(struct lockstep),
	.begin = begin,
	.pick = pick,
	.draw = draw,
	.observe = observe,
};
