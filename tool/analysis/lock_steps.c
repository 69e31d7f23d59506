/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One pass over the events of a recording. An operation's event stands where its thread came to
 * it; what it did is done when the thread comes to its next operation, and nobody else's steps
 * depend on it before. See lock_steps.h.
 */
#include "tool/analysis/lock_steps.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/hash.h"
#include "common/op.h"
#include "tool/analysis/pc_map.h"
#include "tool/analysis/wait_graph.h"

/* Beyond these the order of locks is not looked at any further. */
#define STEPS_MAX 8192u
#define HELD_MAX 16u
#define THREADS_MAX 1024u
#define CLOCKS_MAX 4096u
/* What pthread_barrier_wait() returns to one of those it lets go on. */
#define SERIAL_THREAD (-1)

struct held {
	struct lock_use use;
	uint32_t depth;
	uint32_t event;
};

struct walker {
	struct held held[HELD_MAX];
	uint32_t held_count;
	uint32_t clock;	   /* index of its vector */
	uint32_t children; /* created so far */
	uint32_t joining;  /* event of the join that it is in, or WIRE_NONE */
};

struct walk {
	const struct recording *recording;
	struct lock_steps *steps;
	struct walker *walkers;
	uint32_t *generations; /* by object */
	struct pc_map seen;
};

/* ---- clocks ---- */

static uint32_t *clock_at(const struct lock_steps *steps, uint32_t index)
{
	return steps->clocks + (size_t)index * steps->thread_count;
}

/* A copy of the thread's clock, one further, as its clock from now on. */
static int clock_advance(struct walk *walk, uint32_t thread)
{
	struct lock_steps *steps = walk->steps;
	size_t size = steps->thread_count * sizeof(*steps->clocks);
	uint32_t *clocks;

	if (steps->clock_count >= CLOCKS_MAX)
		return 0;
	clocks = reallocarray(steps->clocks, steps->clock_count + 1, size);
	if (!clocks)
		return -ENOMEM;
	steps->clocks = clocks;
	memcpy(clock_at(steps, (uint32_t)steps->clock_count),
		clock_at(steps, walk->walkers[thread].clock), size);
	walk->walkers[thread].clock = (uint32_t)steps->clock_count++;
	clock_at(steps, walk->walkers[thread].clock)[thread]++;
	return 0;
}

static int clock_join(struct walk *walk, uint32_t thread, uint32_t other)
{
	uint32_t *own;
	const uint32_t *others;
	int r = clock_advance(walk, thread);

	if (r < 0)
		return r;
	own = clock_at(walk->steps, walk->walkers[thread].clock);
	others = clock_at(walk->steps, walk->walkers[other].clock);
	for (uint32_t i = 0; i < walk->steps->thread_count; i++)
		if (others[i] > own[i])
			own[i] = others[i];
	return 0;
}

/* `a` ends before `b` begins. */
static bool is_before(const struct lock_steps *steps, const struct lock_order_step *a,
	const struct lock_order_step *b)
{
	return clock_at(steps, b->clock)[a->thread] >= clock_at(steps, a->clock)[a->thread];
}

/* ---- threads ---- */

static uint32_t child_of(const struct recording *recording, uint32_t parent, uint32_t number)
{
	for (uint32_t i = 0; i < recording->thread_count; i++)
		if (recording->threads[i].parent == parent && i != parent && number-- == 0)
			return i;
	return WIRE_NONE;
}

/* What the child knows at its start, its creator has known before it goes on. */
static int created(struct walk *walk, uint32_t parent)
{
	uint32_t child = child_of(walk->recording, parent, walk->walkers[parent].children++);
	int r = 0;

	if (child != WIRE_NONE)
		r = clock_join(walk, child, parent);
	return r < 0 ? r : clock_advance(walk, parent);
}

/* The join that the thread was in is over. */
static int joined(struct walk *walk, uint32_t thread)
{
	uint32_t event = walk->walkers[thread].joining;
	uint32_t other;

	walk->walkers[thread].joining = WIRE_NONE;
	if (event == WIRE_NONE || walk->recording->events[event].object == WIRE_NONE)
		return 0;
	other = wait_graph_joined(walk->recording, walk->recording->events[event].object);
	return other == WIRE_NONE ? 0 : clock_join(walk, thread, other);
}

/*
 * The last to arrive ends the round: those who arrived since the round before know of one
 * another. `last` is its event.
 */
static int barrier_passed(struct walk *walk, uint32_t last)
{
	const struct wire_event *events = walk->recording->events;
	uint32_t begin = last;
	int r = 0;

	while (begin > 0 && !(events[begin - 1].object == events[last].object &&
				    events[begin - 1].op == OP_BARRIER_WAIT &&
				    events[begin - 1].decision == WIRE_DECISION_NONE &&
				    events[begin - 1].result == SERIAL_THREAD))
		begin--;
	for (int round = 0; round < 2 && r >= 0; round++)
		for (uint32_t i = begin; i <= last && r >= 0; i++) {
			if (events[i].object != events[last].object ||
				events[i].decision != WIRE_DECISION_NONE ||
				events[i].op != OP_BARRIER_WAIT ||
				events[i].thread == WIRE_NONE)
				continue;
			r = round ? clock_join(walk, events[i].thread, events[last].thread)
				  : clock_join(walk, events[last].thread, events[i].thread);
		}
	return r;
}

/* ---- locks ---- */

static struct held *find_held(struct walker *walker, uint32_t object)
{
	for (uint32_t i = walker->held_count; i-- > 0;)
		if (walker->held[i].use.object == object)
			return &walker->held[i];
	return NULL;
}

static uint64_t key_of(const struct lock_order_step *step)
{
	uint64_t hash = hash_fold(hash_fold(step->thread, step->clock), step->held_pc);

	hash = hash_fold(hash_fold(hash, step->wanted_pc), step->from.object);
	hash = hash_fold(hash_fold(hash, step->from.generation), step->to.object);
	return hash_mix(hash_fold(hash, step->to.generation));
}

static int add_gates(struct walk *walk, const struct walker *walker, uint32_t *ret_first)
{
	struct lock_steps *steps = walk->steps;
	struct lock_use *gates = reallocarray(
		steps->gates, steps->gate_count + walker->held_count, sizeof(*gates));

	if (!gates)
		return -ENOMEM;
	steps->gates = gates;
	*ret_first = (uint32_t)steps->gate_count;
	for (uint32_t i = 0; i < walker->held_count; i++)
		gates[steps->gate_count++] = walker->held[i].use;
	return 0;
}

static int add_step(struct walk *walk, const struct lock_order_step *step)
{
	struct lock_steps *steps = walk->steps;
	struct lock_order_step *list;
	uint32_t known;

	if (steps->count >= STEPS_MAX || pc_map_find(&walk->seen, key_of(step), &known))
		return 0;
	list = reallocarray(steps->list, steps->count + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	steps->list = list;
	list[steps->count++] = *step;
	return pc_map_add(&walk->seen, key_of(step), 1);
}

/* One step from each lock that the thread holds. */
static int add_steps(struct walk *walk, uint32_t index, const struct lock_use *use)
{
	const struct wire_event *events = walk->recording->events;
	const struct walker *walker = &walk->walkers[events[index].thread];
	struct lock_order_step step = {
		.to = *use,
		.thread = events[index].thread,
		.wanted = index,
		.wanted_pc = events[index].pc,
		.clock = walker->clock,
		.gate_count = walker->held_count,
	};
	int r = walker->held_count ? add_gates(walk, walker, &step.gates) : 0;

	for (uint32_t i = 0; i < walker->held_count && r >= 0; i++) {
		step.from = walker->held[i].use;
		step.held = walker->held[i].event;
		step.held_pc = events[step.held].pc;
		r = add_step(walk, &step);
	}
	return r;
}

static int acquired(struct walk *walk, uint32_t index, bool waits, bool shared)
{
	const struct wire_event *event = &walk->recording->events[index];
	struct walker *walker = &walk->walkers[event->thread];
	struct held *held = find_held(walker, event->object);
	const struct lock_use use = { event->object, walk->generations[event->object], shared };
	int r = 0;

	if (event->result != 0 && event->result != EOWNERDEAD)
		return 0;
	if (held) {
		held->depth++;
		return 0;
	}
	if (waits)
		r = add_steps(walk, index, &use);
	if (r >= 0 && walker->held_count < HELD_MAX)
		walker->held[walker->held_count++] = (struct held){ use, 1, index };
	return r;
}

static void forget(struct walker *walker, struct held *held)
{
	if (--held->depth)
		return;
	walker->held_count--;
	memmove(held, held + 1,
		(size_t)(walker->held + walker->held_count - held) * sizeof(*held));
}

/* By the thread itself, or for whoever holds it. */
static void released(struct walk *walk, const struct wire_event *event)
{
	struct held *held = find_held(&walk->walkers[event->thread], event->object);

	if (held) {
		forget(&walk->walkers[event->thread], held);
		return;
	}
	for (uint32_t i = 0; i < walk->steps->thread_count; i++) {
		held = find_held(&walk->walkers[i], event->object);
		if (held) {
			forget(&walk->walkers[i], held);
			return;
		}
	}
}

/* ---- the pass ---- */

static int take_lock_event(struct walk *walk, uint32_t index)
{
	const struct wire_event *event = &walk->recording->events[index];

	if (event->object == WIRE_NONE)
		return 0;
	switch (event->op) {
	case OP_MUTEX_LOCK:
	case OP_SPIN_LOCK:
	case OP_RWLOCK_WRLOCK:
		return acquired(walk, index, true, false);
	case OP_RWLOCK_RDLOCK:
		return acquired(walk, index, true, true);
	case OP_MUTEX_TRYLOCK:
	case OP_SPIN_TRYLOCK:
		return acquired(walk, index, false, false);
	case OP_RWLOCK_TRYLOCK:
		/* In which mode is not recorded: the one that keeps fewer out. */
		return acquired(walk, index, false, true);
	case OP_MUTEX_UNLOCK:
	case OP_SPIN_UNLOCK:
	case OP_RWLOCK_UNLOCK:
		if (event->result == 0)
			released(walk, event);
		return 0;
	case OP_INIT:
	case OP_DESTROY:
		walk->generations[event->object]++;
		return 0;
	default:
		return 0;
	}
}

static int take_event(struct walk *walk, uint32_t index)
{
	const struct wire_event *event = &walk->recording->events[index];
	int r;

	if (event->decision != WIRE_DECISION_NONE || event->thread == WIRE_NONE)
		return 0;
	r = joined(walk, event->thread);
	if (r < 0)
		return r;
	switch (event->op) {
	case OP_THREAD_CREATE:
		return event->result == 0 ? created(walk, event->thread) : 0;
	case OP_THREAD_JOIN:
	case OP_THREAD_TRYJOIN:
		if (event->result == 0)
			walk->walkers[event->thread].joining = index;
		return 0;
	case OP_BARRIER_WAIT:
		return event->result == SERIAL_THREAD && event->object != WIRE_NONE
			       ? barrier_passed(walk, index)
			       : 0;
	default:
		return take_lock_event(walk, index);
	}
}

static int prepare(struct walk *walk)
{
	struct lock_steps *steps = walk->steps;
	const struct recording *recording = walk->recording;
	size_t threads = steps->thread_count;

	walk->walkers = calloc(threads + 1, sizeof(*walk->walkers));
	walk->generations = calloc(recording->object_count + 1, sizeof(*walk->generations));
	steps->clocks = calloc(threads * threads + 1, sizeof(*steps->clocks));
	if (!walk->walkers || !walk->generations || !steps->clocks)
		return -ENOMEM;
	/* Each thread's first: it knows of itself alone. */
	steps->clock_count = threads;
	for (uint32_t i = 0; i < threads; i++) {
		walk->walkers[i].clock = i;
		walk->walkers[i].joining = WIRE_NONE;
		clock_at(steps, i)[i] = 1;
	}
	return 0;
}

int lock_steps_find(const struct recording *recording, struct lock_steps *steps)
{
	struct walk walk = { .recording = recording, .steps = steps };
	int r;

	*steps = (struct lock_steps){ .thread_count = (uint32_t)recording->thread_count };
	if (recording->thread_count > THREADS_MAX)
		return 0;
	r = prepare(&walk);
	for (uint32_t i = 0; i < recording->event_count && r >= 0; i++)
		r = take_event(&walk, i);
	free(walk.walkers);
	free(walk.generations);
	pc_map_release(&walk.seen);
	return r;
}

void lock_steps_release(struct lock_steps *steps)
{
	free(steps->list);
	free(steps->gates);
	free(steps->clocks);
	*steps = (struct lock_steps){ 0 };
}

static bool excludes(const struct lock_use *a, const struct lock_use *b)
{
	return a->object == b->object && a->generation == b->generation &&
	       !(a->shared && b->shared);
}

bool lock_steps_together(const struct lock_steps *steps, const struct lock_order_step *a,
	const struct lock_order_step *b)
{
	if (a->thread == b->thread || is_before(steps, a, b) || is_before(steps, b, a))
		return false;
	for (uint32_t i = 0; i < a->gate_count; i++)
		for (uint32_t j = 0; j < b->gate_count; j++)
			if (excludes(&steps->gates[a->gates + i], &steps->gates[b->gates + j]))
				return false;
	return true;
}

bool lock_steps_block(const struct lock_order_step *a, const struct lock_order_step *b)
{
	return excludes(&a->to, &b->from);
}
