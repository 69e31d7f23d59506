/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Drives an execution to what the tool has in mind: orders of operations of two threads, and
 * values of single decisions. A thread that comes to the second operation of an order before
 * the first one is done is held there. What the orders leave open another strategy decides.
 * Nobody is held for ever: when all who could run are held, the one that is meant by the
 * earliest order goes on. While a thread is held for one that sleeps, timers fire early.
 */
#include "runtime/core/arena.h"
#include "runtime/core/core.h"
#include "runtime/strategy/strategy.h"

enum order_state {
	ORDER_PENDING,
	ORDER_AT_FIRST, /* a thread is at the first operation, or doing it */
	ORDER_OVER,	/* done, or given up */
};

struct driven {
	const struct wire_request *request;
	const struct strategy_ops *base;
	void *base_state;
	thread_id *kept; /* candidates that are not held */
	enum order_state states[WIRE_ORDERS_MAX];
	const struct thread *firsts[WIRE_ORDERS_MAX]; /* whose operation `first` is, or NULL */
	const struct thread *seconds[WIRE_ORDERS_MAX];
	uint64_t at_once; /* path hash of who is to go on next, or 0 */
};

static void begin(void *state, const struct strategy_args *args)
{
	struct driven *driven = state;
	struct strategy_args base_args = *args;

	driven->request = args->request;
	driven->base = strategy_get(args->request ? args->request->base : 0);
	if (!driven->base || driven->base == &strategy_driven)
		driven->base = &strategy_sequential;
	driven->base_state = arena_alloc(args->arena, driven->base->state_size + 1);
	driven->kept = arena_alloc(args->arena, CORE_THREADS_MAX * sizeof(thread_id));
	/* It is to be asked each time: who is held may not stay. */
	base_args.stays = NULL;
	driven->base->begin(driven->base_state, &base_args);
}

static uint32_t order_count(const struct driven *driven)
{
	uint32_t count = driven->request ? driven->request->order_count : 0;

	return count < WIRE_ORDERS_MAX ? count : WIRE_ORDERS_MAX;
}

/* At the operation, or at the other half of the same wait. */
static bool is_about(const struct thread *thread, const struct wire_step_name *name)
{
	return thread->op.pc == name->pc &&
	       thread->op.occurrence == (name->occurrence & ~WIRE_OCCURRENCE_RESUMED) &&
	       thread->path_hash == name->thread;
}

static bool is_at(const struct thread *thread, const struct wire_step_name *name)
{
	bool resumes = (name->occurrence & WIRE_OCCURRENCE_RESUMED) != 0;

	return is_about(thread, name) &&
	       (thread->op.kind != OP_COND_WAIT || resumes == !thread->at_point);
}

static void is_over(struct driven *driven, uint32_t i)
{
	const struct wire_order *order = &driven->request->orders[i];

	driven->states[i] = ORDER_OVER;
	if (order->kind == WIRE_ORDER_AT_ONCE)
		driven->at_once = order->second.thread;
}

static void observe(void *state, const struct thread *thread)
{
	struct driven *driven = state;

	for (uint32_t i = 0; i < order_count(driven); i++) {
		const struct wire_order *order = &driven->request->orders[i];

		if (order->second.thread == thread->path_hash)
			driven->seconds[i] = thread;
		if (order->kind == WIRE_ORDER_DRAW || driven->states[i] == ORDER_OVER ||
			order->first.thread != thread->path_hash)
			continue;
		driven->firsts[i] = thread;
		if (is_about(thread, &order->first))
			driven->states[i] = ORDER_AT_FIRST;
		else if (driven->states[i] == ORDER_AT_FIRST)
			is_over(driven, i);
	}
	if (driven->base->observe)
		driven->base->observe(driven->base_state, thread);
}

/* The first order that holds the thread, or WIRE_ORDERS_MAX. */
static uint32_t held_by(const struct driven *driven, const struct thread *thread)
{
	for (uint32_t i = 0; i < order_count(driven); i++) {
		const struct wire_order *order = &driven->request->orders[i];

		if (order->kind != WIRE_ORDER_DRAW && driven->states[i] != ORDER_OVER &&
			is_at(thread, &order->second))
			return i;
	}
	return WIRE_ORDERS_MAX;
}

/* A thread has gone to sleep: it has begun to wait, and comes to nothing more for now. */
static void note_wait(struct driven *driven, const struct thread *thread)
{
	for (uint32_t i = 0; i < order_count(driven); i++) {
		const struct wire_step_name *first = &driven->request->orders[i].first;

		if (driven->states[i] == ORDER_AT_FIRST && is_about(thread, first) &&
			!(first->occurrence & WIRE_OCCURRENCE_RESUMED))
			is_over(driven, i);
	}
}

/* All candidates are held: returns whose order is the earliest, and gives that one up. */
static thread_id give_up(struct driven *driven, const struct choice *choice)
{
	uint32_t earliest = WIRE_ORDERS_MAX;
	thread_id chosen = choice->usual;

	for (uint32_t i = 0; i < choice->count; i++) {
		uint32_t order = held_by(driven, choice->threads[choice->candidates[i]]);

		if (order < earliest) {
			earliest = order;
			chosen = choice->candidates[i];
		}
	}
	driven->states[earliest] = ORDER_OVER;
	return chosen;
}

/* Keeps in `open` those who are not held; its usual one is the next of them. */
static void leave_out_held(
	struct driven *driven, const struct choice *choice, struct choice *open)
{
	bool usual = false;

	*open = *choice;
	open->candidates = driven->kept;
	open->count = 0;
	for (uint32_t i = 0; i < choice->count; i++) {
		thread_id thread = choice->candidates[i];

		if (held_by(driven, choice->threads[thread]) != WIRE_ORDERS_MAX)
			continue;
		usual |= thread == choice->usual;
		driven->kept[open->count++] = thread;
	}
	if (usual || !open->count)
		return;
	open->usual = driven->kept[0];
	for (uint32_t i = open->count; i-- > 0;)
		if (driven->kept[i] > choice->current)
			open->usual = driven->kept[i];
	if (open->kind == WIRE_DECISION_PREEMPT)
		open->kind = WIRE_DECISION_NEXT;
}

static thread_id pick(void *state, const struct choice *choice)
{
	struct driven *driven = state;
	const struct thread *current = choice->threads[choice->current];
	struct choice open;

	if (current->op.kind == OP_COND_WAIT && current->state == THREAD_WAITING)
		note_wait(driven, current);
	leave_out_held(driven, choice, &open);
	if (open.count == 0)
		return give_up(driven, choice);
	for (uint32_t i = 0; driven->at_once && i < open.count; i++) {
		if (choice->threads[open.candidates[i]]->path_hash != driven->at_once)
			continue;
		driven->at_once = 0;
		return open.candidates[i];
	}
	driven->at_once = 0;
	return driven->base->pick(driven->base_state, &open);
}

/* Is a thread held until one has gone on that sleeps? */
static bool is_for_sleeper(const struct driven *driven, uint32_t i)
{
	const struct thread *first = driven->firsts[i], *second = driven->seconds[i];

	return driven->states[i] != ORDER_OVER && first && second &&
	       first->state == THREAD_WAITING && first->timed &&
	       is_at(second, &driven->request->orders[i].second);
}

static uint32_t draw(void *state, const struct thread *thread, uint32_t kind, uint32_t bound)
{
	struct driven *driven = state;

	for (uint32_t i = 0; i < order_count(driven); i++) {
		const struct wire_order *order = &driven->request->orders[i];

		if (kind == WIRE_DECISION_TIMEOUT && is_for_sleeper(driven, i))
			return 1;
		if (order->kind != WIRE_ORDER_DRAW || driven->states[i] == ORDER_OVER ||
			order->decision != kind || !is_at(thread, &order->first) ||
			order->value >= bound)
			continue;
		driven->states[i] = ORDER_OVER;
		driven->at_once = order->second.thread;
		return order->value;
	}
	return driven->base->draw(driven->base_state, thread, kind, bound);
}

const struct strategy_ops strategy_driven = {
	.name = "driven",
	.state_size = sizeof(struct driven),
	.begin = begin,
	.pick = pick,
	.draw = draw,
	.observe = observe,
};
