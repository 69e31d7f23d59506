/* SPDX-License-Identifier: Apache-2.0 */
/* Making and ranking candidates; see frontier.h. */
#include "tool/search/frontier.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/hash.h"
#include "common/op.h"

/* What makes a candidate wait: see cost_of_stop(). */
#define COST_WINDOW 0.0	     /* stopped between reading a place and writing it */
#define COST_OWN_WRITE 0.3   /* between writing and reading it, or writing it again */
#define COST_READ_AGAIN 0.2  /* between two readings of it */
#define COST_POLL 0.7	     /* between doing the same twice, in a loop */
#define COST_HALF_DONE 0.4   /* between a write and what follows it elsewhere */
#define COST_WIDER 0.2	     /* for each operation at another place between the two */
#define COST_BETWEEN 0.8     /* stopped between operations at two places */
#define COST_FIRST 1.2	     /* stopped before its first */
#define COST_AT_ONCE 1.0     /* and goes on at once: a second switch */
#define COST_TIMER 1.0	     /* a timer fires early */
#define COST_FRESH (-0.5)    /* stopped for something that was never done before */
#define COST_WAITED (-0.3)   /* another one's wait is over before it */
#define COST_ASSERTED (-0.2) /* an assertion depends on what it is about */
#define COST_DRAW 2.0	     /* another waiter is woken, a wait ends without a signal */
#define COST_ORDER 1.6	     /* for each order beyond the first */
#define COST_PRODUCTIVE 0.4  /* the same if it had brought something new */
#define COST_OLD 2.0	     /* the execution it comes from did nothing new */
#define COST_BASE 0.5	     /* the rest is not decided as usual */
#define COST_ALIEN 4.0	     /* it was not driven: what led there will not be so again */
#define COST_TAKEN 1.0	     /* for each time that candidates about this code were taken */
#define COST_FAR 0.02	     /* for each operation of the thread before it */
#define COST_FAR_MAX 0.4     /* in all */
#define COST_JITTER 0.1	     /* at most; by the seed */

/* Operations of one instruction by one thread that are told apart. */
#define OCCURRENCES_FEW 4
#define OCCURRENCES_KEY 0x6f6363

/* Later ones are those of a loop that went round once more. */
#define OCCURRENCES_NEW 8
/* Operations of a thread that are looked at for what it depends on. */
#define DEPENDENCE_MAX 256

/* How many later operations of others an operation is compared with. */
#define REVERSALS_PER_EVENT 12
/* Candidates out of one execution. */
#define CANDIDATES_PER_EXECUTION 3000

/* Where an order of the base was kept in the history: events, or WIRE_NONE. */
struct kept_order {
	uint32_t first;
	uint32_t second;
};

struct maker {
	struct frontier *frontier;
	const struct history *history;
	bool *fresh;	/* by event: no execution before had it */
	uint32_t *seen; /* by event: the last write at its place before it, or WIRE_NONE */
	size_t fresh_count;
	struct wire_request base; /* what led to the history, as an execution to be driven */
	struct kept_order kept[WIRE_ORDERS_MAX];
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
	uint64_t sum = hash_fold(candidate->base, candidate->variant);

	for (uint32_t i = 0; i < candidate->order_count; i++) {
		const struct wire_order *order = &candidate->orders[i];
		uint64_t hash = hash_fold(order->kind, order->value);

		hash = hash_fold(hash, order->decision);
		hash = fold_name(hash, &order->first);
		sum += hash_mix(fold_name(hash, &order->second));
	}
	return sum;
}

#define CLASS_SLOTS (4 * FRONTIER_CLASSES_MAX)

/* Index of its count. */
static uint32_t class_of(struct frontier *frontier, uint64_t key)
{
	size_t i = (size_t)hash_mix(key) % CLASS_SLOTS;

	for (; frontier->class_slots[i]; i = (i + 1) % CLASS_SLOTS)
		if (frontier->classes[frontier->class_slots[i] - 1].key == key)
			return frontier->class_slots[i] - 1;
	if (frontier->class_count == FRONTIER_CLASSES_MAX)
		return FRONTIER_CLASSES_MAX - 1;
	frontier->classes[frontier->class_count].key = key;
	frontier->class_slots[i] = ++frontier->class_count;
	return frontier->class_count - 1;
}

static double cost_now(const struct frontier *frontier, const struct candidate *candidate)
{
	return candidate->cost + COST_TAKEN * frontier->classes[candidate->class].count;
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
		(double)(hash_mix(hash_fold(hash_mix(frontier->seed + 1), frontier->made++)) >>
			 32) /
		(double)UINT32_MAX;
	room = make_room(frontier, candidate->cost);
	if (room)
		*room = *candidate;
	return 0;
}

/* ---- candidates ---- */

/* How often a thread does that, as far as it is known. */
static uint32_t *occurrences_of(struct frontier *frontier, uint32_t code)
{
	return &frontier->classes[class_of(frontier, hash_fold(OCCURRENCES_KEY, code))].count;
}

/* What is done a few times is often done by a function that is called from several places. */
static uint64_t class_key(struct frontier *frontier, const struct wire_order *order)
{
	uint64_t key =
		hash_fold(hash_fold(order->second.code, order->kind), order->decision + 1);

	if (*occurrences_of(frontier, order->second.code) <= OCCURRENCES_FEW)
		key = hash_fold(key, order->second.occurrence);
	return order->kind == WIRE_ORDER_BEFORE ? key : hash_fold(key, order->first.code);
}

/* The base's orders and this one. */
static int add_order(struct maker *maker, const struct wire_order *order, double cost)
{
	struct candidate candidate = {
		.order_count = maker->base.order_count,
		.base = maker->base.base,
		.variant = maker->base.variant,
		.productive = maker->base.productive,
		.cost = maker->base_cost + cost,
	};

	if (candidate.order_count >= WIRE_ORDERS_MAX)
		return 0;
	memcpy(candidate.orders, maker->base.orders,
		candidate.order_count * sizeof(*candidate.orders));
	candidate.orders[candidate.order_count++] = *order;
	candidate.class = class_of(maker->frontier, class_key(maker->frontier, order));
	return put(maker, &candidate);
}

/* Stopped between two operations at one place. */
static double cost_of_window(
	const struct history_event *first, const struct history_event *second)
{
	if (first->step.code == second->step.code)
		return COST_POLL;
	if (history_reads(first) && history_writes(second))
		return COST_WINDOW;
	if (history_writes(first) || history_writes(second))
		return COST_OWN_WRITE;
	return COST_READ_AGAIN;
}

static double at_most(double most, double value)
{
	return value < most ? value : most;
}

/* Stopped before `event`: what may go wrong? */
static double cost_of_stop(const struct history *history, const struct history_event *event)
{
	double far = at_most(COST_FAR_MAX, COST_FAR * event->position);
	uint32_t previous = event->previous;
	double cost, wider = 0;

	if (previous == WIRE_NONE)
		return COST_FIRST;
	cost = history_writes(&history->events[previous]) ? COST_HALF_DONE : COST_BETWEEN;
	for (; wider < COST_BETWEEN && previous != WIRE_NONE;
		wider += COST_WIDER, previous = history->events[previous].previous) {
		const struct history_event *before = &history->events[previous];

		if (before->step.place != event->step.place)
			continue;
		if (cost_of_window(before, event) + wider < cost)
			cost = cost_of_window(before, event) + wider;
		break;
	}
	return cost + far;
}

static bool is_memory_read(const struct history_event *event)
{
	switch (event->step.op) {
	case OP_READ:
	case OP_ATOMIC_LOAD:
	case OP_ATOMIC_RMW:
	case OP_ATOMIC_CAS:
		return true;
	default:
		return false;
	}
}

/*
 * Did `b`'s thread, up to `b`, read what `a`'s thread wrote at `a` or later? Then `b` would not
 * be done if `a` had to wait for it.
 */
static bool depends_on(const struct maker *maker, uint32_t b, uint32_t a)
{
	const struct history_event *events = maker->history->events;
	uint32_t r = b;

	for (uint32_t i = 0; i < DEPENDENCE_MAX && r != WIRE_NONE && r > a;
		i++, r = events[r].previous) {
		uint32_t write = maker->seen[r];

		if (write != WIRE_NONE && write >= a &&
			events[write].thread == events[a].thread && is_memory_read(&events[r]))
			return true;
	}
	return false;
}

/* Was `b`'s thread woken, before `b`, by what `a`'s thread did at `a` or later? */
static bool is_woken_by(const struct maker *maker, uint32_t b, uint32_t a)
{
	const struct history_event *events = maker->history->events;
	uint32_t r = b;

	for (uint32_t i = 0; i < DEPENDENCE_MAX && r != WIRE_NONE && r > a;
		i++, r = events[r].previous) {
		uint32_t waker = events[r].waker;

		if (waker != WIRE_NONE && waker >= a &&
			events[waker].thread == events[a].thread)
			return true;
	}
	return false;
}

/* Would the base's orders and `b` before `a` hold two threads for each other? */
static bool contradicts(const struct maker *maker, uint32_t a, uint32_t b)
{
	const struct history_event *events = maker->history->events;

	for (uint32_t i = 0; i < maker->base.order_count; i++) {
		uint32_t first = maker->kept[i].first, second = maker->kept[i].second;

		if (first != WIRE_NONE && second != WIRE_NONE &&
			events[first].thread == events[a].thread && first >= a &&
			events[second].thread == events[b].thread && second <= b)
			return true;
	}
	return false;
}

/* Something that was never done before, and that `a` may wait for, leads on. */
static double cost_of_wait(const struct maker *maker, uint32_t a, uint32_t b, double cost)
{
	if (history_name(&maker->history->events[b]).occurrence & WIRE_OCCURRENCE_RESUMED)
		cost += COST_WAITED;
	if (maker->history->events[b].asserted)
		cost += COST_ASSERTED;
	if (!maker->fresh[b] || cost <= COST_FRESH || depends_on(maker, b, a))
		return cost;
	return COST_FRESH;
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
		if (!history_reversible(history, a, b) || contradicts(maker, a, b) ||
			is_woken_by(maker, b, a))
			continue;
		last = b;
		if (++seen > REVERSALS_PER_EVENT)
			continue;
		/* A lock is not to be had before it is given back. */
		order.first = history_name(&history->events[history_end_of_hold(history, b)]);
		order.kind = WIRE_ORDER_AT_ONCE;
		r = add_order(maker, &order,
			cost_of_wait(maker, a, b, cost + COST_AT_ONCE + 0.1 * (seen - 1)));
	}
	if (last == WIRE_NONE || r < 0)
		return r;
	order.first = history_name(&history->events[last]);
	order.kind = WIRE_ORDER_BEFORE;
	return add_order(maker, &order, cost_of_wait(maker, a, last, cost));
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

static int prepare(struct frontier *frontier)
{
	if (frontier->candidates)
		return 0;
	frontier->candidates = calloc(FRONTIER_MAX, sizeof(*frontier->candidates));
	frontier->classes = calloc(FRONTIER_CLASSES_MAX, sizeof(*frontier->classes));
	frontier->class_slots = calloc(CLASS_SLOTS, sizeof(*frontier->class_slots));
	if (frontier->candidates && frontier->classes && frontier->class_slots)
		return 0;
	frontier_release(frontier);
	return -ENOMEM;
}

/* Which events are new, and which write each of them comes after. */
static int look_at_events(struct maker *maker)
{
	const struct history *history = maker->history;
	bool first = value_set_count(&maker->frontier->names) == 0;

	maker->fresh = calloc(history->count + 1, sizeof(*maker->fresh));
	maker->seen = calloc(history->count + 1, sizeof(*maker->seen));
	if (!maker->fresh || !maker->seen)
		return -ENOMEM;
	memset(maker->seen, 0xff, history->count * sizeof(*maker->seen));
	for (uint32_t i = 0; i < history->count; i++) {
		const struct history_event *event = &history->events[i];
		const struct wire_step_name name = history_name(event);
		int r = value_set_add(&maker->frontier->names, fold_name(1, &name));

		if (r < 0)
			return r;
		maker->fresh[i] =
			r > 0 && !first &&
			(name.occurrence & ~WIRE_OCCURRENCE_RESUMED) <= OCCURRENCES_NEW;
		maker->fresh_count += maker->fresh[i];
		if (event->next_at_place != WIRE_NONE)
			maker->seen[event->next_at_place] =
				history_writes(event) ? i : maker->seen[i];
	}
	return 0;
}

static uint32_t find_event(const struct history *history, const struct wire_step_name *name)
{
	for (uint32_t i = 0; i < history->count; i++) {
		const struct wire_step *step = &history->events[i].step;

		if (step->pc == name->pc && step->occurrence == name->occurrence &&
			step->thread == name->thread)
			return i;
	}
	return WIRE_NONE;
}

static void find_orders(struct maker *maker)
{
	for (uint32_t i = 0; i < maker->base.order_count; i++) {
		const struct wire_order *order = &maker->base.orders[i];

		maker->kept[i] = (struct kept_order){ WIRE_NONE, WIRE_NONE };
		if (order->kind == WIRE_ORDER_DRAW)
			continue;
		maker->kept[i].first = find_event(maker->history, &order->first);
		maker->kept[i].second = find_event(maker->history, &order->second);
	}
}

static void note_occurrences(struct frontier *frontier, const struct history *history)
{
	for (size_t i = 0; i < history->count; i++) {
		const struct wire_step *step = &history->events[i].step;
		uint32_t *most = occurrences_of(frontier, step->code);

		uint32_t occurrence = step->occurrence & ~WIRE_OCCURRENCE_RESUMED;

		if (occurrence > *most)
			*most = occurrence;
	}
}

/* Candidates continue what led here, as far as that can be had again. */
static void begin_from(struct maker *maker, const struct wire_request *request, double news)
{
	maker->base = (struct wire_request){ .base = WIRE_STRATEGY_SEQUENTIAL };
	maker->base_cost = 0;
	if (request->strategy == WIRE_STRATEGY_DRIVEN) {
		maker->base = *request;
		maker->base.productive += maker->fresh_count > 0;
		maker->base_cost =
			COST_ORDER * (request->order_count - maker->base.productive) +
			COST_PRODUCTIVE * maker->base.productive;
		if (news < 1)
			maker->base_cost += COST_OLD * (1 - news);
	} else if (request->strategy == WIRE_STRATEGY_LOCKSTEP) {
		maker->base.base = WIRE_STRATEGY_LOCKSTEP;
		maker->base.variant = request->variant;
		maker->base.gather = request->gather;
		maker->base_cost += COST_BASE;
	} else if (request->strategy != WIRE_STRATEGY_SEQUENTIAL) {
		maker->base_cost += COST_ALIEN;
	}
}

int frontier_add(struct frontier *frontier, const struct history *history,
	const struct wire_request *request, uint64_t execution_hash, double news)
{
	struct maker maker = { .frontier = frontier, .history = history };
	int r = value_set_add(&frontier->outcomes, execution_hash);

	/* The same execution once more has nothing new to offer. */
	if (r <= 0)
		return r;
	r = prepare(frontier);
	if (r < 0)
		return r;
	r = look_at_events(&maker);
	if (r == 0) {
		note_occurrences(frontier, history);
		begin_from(&maker, request, news);
		find_orders(&maker);
	}
	for (uint32_t i = 0; i < history->count && r == 0; i++) {
		r = add_stops(&maker, i);
		if (r == 0)
			r = add_wakes(&maker, &history->events[i]);
	}
	if (r == 0)
		r = add_timers(&maker);
	free(maker.fresh);
	free(maker.seen);
	return r;
}

bool frontier_take(struct frontier *frontier, struct wire_request *request)
{
	size_t best = 0;
	double best_cost;

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
	request->base = frontier->candidates[best].base;
	request->variant = frontier->candidates[best].variant;
	request->productive = frontier->candidates[best].productive;
	request->order_count = frontier->candidates[best].order_count;
	memcpy(request->orders, frontier->candidates[best].orders, sizeof(request->orders));
	frontier->classes[frontier->candidates[best].class].count++;
	frontier->candidates[best] = frontier->candidates[--frontier->count];
	return true;
}

void frontier_release(struct frontier *frontier)
{
	free(frontier->candidates);
	free(frontier->classes);
	free(frontier->class_slots);
	value_set_release(&frontier->known);
	value_set_release(&frontier->outcomes);
	value_set_release(&frontier->names);
	*frontier = (struct frontier){ .seed = 0 };
}
