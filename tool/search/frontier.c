/* SPDX-License-Identifier: Apache-2.0 */
/* Making and ranking candidates; see frontier.h. */
#include "tool/search/frontier.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/hash.h"
#include "common/op.h"

/* What makes a candidate wait: see cost_of_stop(). */
#define COST_WINDOW 0.0	 /* stopped between two operations at one place */
#define COST_BETWEEN 0.8 /* stopped between operations at two places */
#define COST_FIRST 1.2	 /* stopped before its first */
#define COST_AT_ONCE 1.0 /* and goes on at once: a second switch */
#define COST_TIMER 1.0	 /* a timer fires early */
#define COST_DRAW 2.0	 /* another waiter is woken, a wait ends without a signal */
#define COST_ORDER 1.6	 /* for each order beyond the first */
#define COST_OLD 2.0	 /* the execution it comes from did nothing new */
#define COST_ALIEN 4.0	 /* it was not driven: what led there will not be so again */
#define COST_TAKEN 1.0	 /* for each time that candidates about this code were taken */
#define COST_FAR 0.02	 /* for each operation of the thread before it */
#define COST_JITTER 0.6	 /* at most; by the seed */

/* How many later operations of others an operation is compared with. */
#define REVERSALS_PER_EVENT 12
/* Candidates out of one execution. */
#define CANDIDATES_PER_EXECUTION 3000

struct maker {
	struct frontier *frontier;
	const struct history *history;
	const struct wire_request *base;
	double base_cost;
	size_t made;
};

/* ---- the list ---- */

static uint64_t fold_name(uint64_t hash, const struct wire_step_name *name)
{
	hash = hash_fold(hash, name->thread);
	hash = hash_fold(hash, name->code);
	return hash_fold(hash, name->occurrence);
}

/* Whatever the order of the orders. */
static uint64_t hash_of(const struct candidate *candidate)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < candidate->order_count; i++) {
		const struct wire_order *order = &candidate->orders[i];
		uint64_t hash = hash_fold(order->kind, order->value);

		hash = hash_fold(hash, order->decision);
		hash = fold_name(hash, &order->first);
		sum += hash_mix(fold_name(hash, &order->second));
	}
	return sum;
}

static uint32_t *taken_of(struct frontier *frontier, uint64_t class)
{
	struct class_count *classes = frontier->classes;

	for (size_t i = 0; i < frontier->class_count; i++)
		if (classes[i].class == class)
			return &classes[i].taken;
	if (frontier->class_count == frontier->class_capacity) {
		size_t capacity = frontier->class_capacity ? frontier->class_capacity * 2 : 64;

		classes = reallocarray(classes, capacity, sizeof(*classes));
		if (!classes)
			return NULL;
		frontier->classes = classes;
		frontier->class_capacity = capacity;
	}
	classes[frontier->class_count] = (struct class_count){ .class = class };
	return &classes[frontier->class_count++].taken;
}

static double cost_now(struct frontier *frontier, const struct candidate *candidate)
{
	const uint32_t *taken = taken_of(frontier, candidate->class);

	return candidate->cost + (taken ? COST_TAKEN * *taken : 0);
}

/* Its place in a full list: that of the one with the greatest cost, if that is greater. */
static struct candidate *make_room(struct frontier *frontier, double cost)
{
	struct candidate *worst = &frontier->candidates[0];

	if (frontier->count < FRONTIER_MAX)
		return &frontier->candidates[frontier->count++];
	for (size_t i = 1; i < frontier->count; i++)
		if (frontier->candidates[i].cost > worst->cost)
			worst = &frontier->candidates[i];
	return worst->cost > cost ? worst : NULL;
}

static int put(struct maker *maker, struct candidate *candidate)
{
	struct frontier *frontier = maker->frontier;
	uint64_t hash = hash_of(candidate);
	struct candidate *room;
	int r;

	if (maker->made >= CANDIDATES_PER_EXECUTION)
		return 0;
	r = value_set_add(&frontier->known, hash);
	if (r <= 0)
		return r;
	maker->made++;
	/* By its number, for code addresses may differ between campaigns. */
	candidate->cost +=
		COST_JITTER *
		(double)(hash_mix(hash_fold(frontier->seed, frontier->made++)) >> 32) /
		(double)UINT32_MAX;
	room = make_room(frontier, candidate->cost);
	if (room)
		*room = *candidate;
	return 0;
}

/* ---- candidates ---- */

/* The base's orders and this one. */
static int add_order(struct maker *maker, const struct wire_order *order, double cost)
{
	struct candidate candidate = {
		.order_count = maker->base->order_count,
		.cost = maker->base_cost + cost,
	};

	if (candidate.order_count >= WIRE_ORDERS_MAX)
		return 0;
	memcpy(candidate.orders, maker->base->orders,
		candidate.order_count * sizeof(*candidate.orders));
	candidate.orders[candidate.order_count++] = *order;
	candidate.class =
		hash_fold(hash_fold(order->second.code, order->kind), order->decision + 1);
	if (order->kind != WIRE_ORDER_BEFORE)
		candidate.class = hash_fold(candidate.class, order->first.code);
	return put(maker, &candidate);
}

static double cost_of_stop(const struct history *history, const struct history_event *event)
{
	const struct history_event *previous;
	double far = COST_FAR * event->position;

	if (event->previous == WIRE_NONE)
		return COST_FIRST;
	previous = &history->events[event->previous];
	if (previous->step.place == event->step.place)
		return COST_WINDOW + far;
	return COST_BETWEEN + far;
}

/*
 * Stops a thread before the event `a`, until others have done what conflicts with it: all of
 * it, or one after the other of these, and then it goes on at once.
 */
static int add_stops(struct maker *maker, uint32_t a)
{
	const struct history *history = maker->history;
	const struct history_event *event = &history->events[a];
	double cost = cost_of_stop(history, event);
	struct wire_order order = { .second = history_name(event) };
	uint32_t last = WIRE_NONE;
	int r = 0, seen = 0;

	for (uint32_t b = event->next_at_place; b != WIRE_NONE && r == 0;
		b = history->events[b].next_at_place) {
		if (!history_reversible(history, a, b))
			continue;
		last = b;
		if (++seen > REVERSALS_PER_EVENT)
			continue;
		order.first = history_name(&history->events[b]);
		order.kind = WIRE_ORDER_AT_ONCE;
		r = add_order(maker, &order, cost + COST_AT_ONCE + 0.1 * (seen - 1));
	}
	if (last == WIRE_NONE || r < 0)
		return r;
	order.first = history_name(&history->events[last]);
	order.kind = WIRE_ORDER_BEFORE;
	return add_order(maker, &order, cost);
}

static int add_draw(struct maker *maker, const struct history_event *at, uint64_t then,
	enum wire_decision_kind decision, uint32_t value)
{
	const struct wire_order order = {
		.first = history_name(at),
		.second = { .thread = then },
		.kind = WIRE_ORDER_DRAW,
		.decision = (uint32_t)decision,
		.value = value,
	};

	return add_order(maker, &order,
		decision == WIRE_DECISION_TIMEOUT ? COST_TIMER : COST_DRAW + 0.5 * value);
}

static int add_timers(struct maker *maker)
{
	const struct history *history = maker->history;
	int r = 0;

	for (size_t t = 0; t < history->timer_count && r == 0; t++) {
		const struct history_timer *timer = &history->timers[t];

		for (uint32_t i = timer->begin; i < timer->end && r == 0; i++)
			if (history->events[i].step.thread != timer->thread)
				r = add_draw(maker, &history->events[i], timer->thread,
					WIRE_DECISION_TIMEOUT, 1);
	}
	return r;
}

static int add_wakes(struct maker *maker, const struct history_event *event)
{
	int r = 0;

	if (event->step.op == OP_COND_WAIT)
		return add_draw(maker, event, 0, WIRE_DECISION_SPURIOUS, 1);
	if (event->step.op != OP_COND_SIGNAL && event->step.op != OP_FUTEX_WAKE)
		return 0;
	for (uint32_t value = 1; value <= 2 && r == 0; value++)
		r = add_draw(maker, event, 0, WIRE_DECISION_WAKE, value);
	return r;
}

int frontier_add(struct frontier *frontier, const struct history *history,
	const struct wire_request *request, uint64_t execution_hash, unsigned int gain)
{
	const struct wire_request none = { .order_count = 0 };
	struct maker maker = {
		.frontier = frontier,
		.history = history,
		.base = request->strategy == WIRE_STRATEGY_DRIVEN ? request : &none,
	};
	int r = value_set_add(&frontier->outcomes, execution_hash);

	/* The same execution once more has nothing new to offer. */
	if (r <= 0)
		return r;
	if (!frontier->candidates)
		frontier->candidates = calloc(FRONTIER_MAX, sizeof(*frontier->candidates));
	if (!frontier->candidates)
		return -ENOMEM;
	maker.base_cost = COST_ORDER * maker.base->order_count + (gain ? 0 : COST_OLD);
	if (request->strategy != WIRE_STRATEGY_DRIVEN &&
		request->strategy != WIRE_STRATEGY_SEQUENTIAL)
		maker.base_cost += COST_ALIEN;
	r = 0;
	for (uint32_t i = 0; i < history->count && r == 0; i++) {
		r = add_stops(&maker, i);
		if (r == 0)
			r = add_wakes(&maker, &history->events[i]);
	}
	return r < 0 ? r : add_timers(&maker);
}

bool frontier_take(struct frontier *frontier, struct wire_request *request)
{
	size_t best = 0;
	double best_cost;
	uint32_t *taken;

	if (!frontier->count)
		return false;
	best_cost = cost_now(frontier, &frontier->candidates[0]);
	for (size_t i = 1; i < frontier->count; i++) {
		double cost = cost_now(frontier, &frontier->candidates[i]);

		if (cost < best_cost) {
			best = i;
			best_cost = cost;
		}
	}
	request->strategy = WIRE_STRATEGY_DRIVEN;
	request->order_count = frontier->candidates[best].order_count;
	memcpy(request->orders, frontier->candidates[best].orders, sizeof(request->orders));
	taken = taken_of(frontier, frontier->candidates[best].class);
	if (taken)
		++*taken;
	frontier->candidates[best] = frontier->candidates[--frontier->count];
	return true;
}

void frontier_release(struct frontier *frontier)
{
	free(frontier->candidates);
	free(frontier->classes);
	value_set_release(&frontier->known);
	value_set_release(&frontier->outcomes);
	*frontier = (struct frontier){ .seed = 0 };
}
