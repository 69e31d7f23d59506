/* SPDX-License-Identifier: Apache-2.0 */
/* From steps to events at shared places, and the order that is for good; see history.h. */
#include "tool/search/history.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/hash.h"
#include "common/op.h"

#define GRANULE_MASK (~(uint64_t)7)
#define NOBODY UINT32_MAX
#define MANY (UINT32_MAX - 1)

/* What is known of a place. */
struct place {
	uint64_t key;  /* 0: free */
	uint32_t user; /* thread index, MANY or NOBODY */
	uint32_t writers;
	uint32_t last; /* event */
	bool asserted;
};

struct builder {
	struct history *history;
	const struct history_code *code;
	struct place *places; /* open addressing */
	size_t place_mask;
	uint32_t last_of_thread[HISTORY_THREADS_MAX];
	uint32_t segment_of_thread[HISTORY_THREADS_MAX];
	uint32_t exit_segment[HISTORY_THREADS_MAX];
	uint64_t exit_place[HISTORY_THREADS_MAX];
	uint32_t created[HISTORY_THREADS_MAX];		      /* children, so far */
	uint32_t held[HISTORY_THREADS_MAX][HISTORY_HELD_MAX]; /* events, or WIRE_NONE */
	size_t segment_capacity;
};

/* ---- what an operation is ---- */

enum family {
	FAMILY_NONE,
	FAMILY_MEMORY,
	FAMILY_LOCK,
	FAMILY_SEMAPHORE,
	FAMILY_COND,
	FAMILY_OTHER, /* descriptors, futexes, signals: any two conflict unless both read */
};

static enum family family_of(uint16_t op)
{
	switch (op) {
	case OP_READ:
	case OP_WRITE:
	case OP_ATOMIC_LOAD:
	case OP_ATOMIC_STORE:
	case OP_ATOMIC_RMW:
	case OP_ATOMIC_CAS:
		return FAMILY_MEMORY;
	case OP_MUTEX_LOCK:
	case OP_MUTEX_TRYLOCK:
	case OP_MUTEX_UNLOCK:
	case OP_RWLOCK_RDLOCK:
	case OP_RWLOCK_WRLOCK:
	case OP_RWLOCK_TRYLOCK:
	case OP_RWLOCK_UNLOCK:
	case OP_SPIN_LOCK:
	case OP_SPIN_TRYLOCK:
	case OP_SPIN_UNLOCK:
		return FAMILY_LOCK;
	case OP_SEM_WAIT:
	case OP_SEM_TRYWAIT:
	case OP_SEM_POST:
	case OP_SEM_GETVALUE:
		return FAMILY_SEMAPHORE;
	case OP_COND_WAIT:
	case OP_COND_SIGNAL:
	case OP_COND_BROADCAST:
		return FAMILY_COND;
	case OP_ONCE:
	case OP_FUTEX_WAIT:
	case OP_FUTEX_WAKE:
	case OP_FUTEX_LOCK:
	case OP_FD_READ:
	case OP_FD_WRITE:
	case OP_FD_ACCEPT:
	case OP_FD_CONNECT:
	case OP_FD_POLL:
	case OP_FD_CLOSE:
	case OP_FILE_LOCK:
	case OP_THREAD_KILL:
	case OP_THREAD_CANCEL:
		return FAMILY_OTHER;
	default:
		return FAMILY_NONE;
	}
}

static bool is_try(uint16_t op)
{
	return op == OP_MUTEX_TRYLOCK || op == OP_RWLOCK_TRYLOCK || op == OP_SPIN_TRYLOCK;
}

static bool is_release(uint16_t op)
{
	return op == OP_MUTEX_UNLOCK || op == OP_RWLOCK_UNLOCK || op == OP_SPIN_UNLOCK;
}

static bool changes(uint16_t op)
{
	return op_effect((enum op_kind)op) == OP_EFFECT_WRITE && op != OP_RWLOCK_RDLOCK;
}

/* A release by itself can't come earlier than its acquisition: it matters to who only tries. */
static bool locks_conflict(uint16_t a, uint16_t b)
{
	if (is_release(a) || is_release(b))
		return is_try(a) || is_try(b);
	return changes(a) || changes(b);
}

static bool conflict(uint16_t a, uint16_t b)
{
	enum family family = family_of(a);

	if (family != family_of(b) || family == FAMILY_NONE)
		return false;
	switch (family) {
	case FAMILY_LOCK:
		return locks_conflict(a, b);
	case FAMILY_SEMAPHORE:
		return a != OP_SEM_POST || b != OP_SEM_POST;
	case FAMILY_COND:
		return a == OP_COND_WAIT || b == OP_COND_WAIT;
	default:
		return changes(a) || changes(b);
	}
}

bool history_reads(const struct history_event *event)
{
	return event->step.op == OP_READ || event->step.op == OP_ATOMIC_LOAD ||
	       event->step.op == OP_ATOMIC_RMW || event->step.op == OP_ATOMIC_CAS ||
	       (family_of(event->step.op) == FAMILY_LOCK && !is_release(event->step.op));
}

bool history_writes(const struct history_event *event)
{
	return changes(event->step.op) && !is_release(event->step.op);
}

struct wire_step_name history_name(const struct history_event *event)
{
	return (struct wire_step_name){
		.thread = event->step.thread,
		.pc = event->step.pc,
		.occurrence = event->step.occurrence,
		.code = event->step.code,
	};
}

/* ---- threads and the order that is for good ---- */

static uint32_t thread_index(struct builder *b, uint64_t path)
{
	struct history *history = b->history;
	size_t i = 0;

	while (i < history->thread_count && history->threads[i] != path)
		i++;
	if (i < history->thread_count)
		return (uint32_t)i;
	if (i == HISTORY_THREADS_MAX)
		return NOBODY;
	history->threads[i] = path;
	history->parents[i] = WIRE_NONE;
	history->thread_count++;
	b->last_of_thread[i] = WIRE_NONE;
	memset(b->held[i], 0xff, sizeof(b->held[i]));
	b->segment_of_thread[i] = WIRE_NONE;
	b->exit_segment[i] = WIRE_NONE;
	return (uint32_t)i;
}

static uint32_t *clock_of(const struct history *history, uint32_t segment)
{
	return &history->clocks[(size_t)segment * HISTORY_THREADS_MAX];
}

/* A new segment of the thread, which knows what its last one knew, and `joined`'s. */
static int open_segment(struct builder *b, uint32_t thread, uint32_t joined)
{
	struct history *history = b->history;
	uint32_t last = b->segment_of_thread[thread];
	uint32_t *clock;

	if (history->segment_count == b->segment_capacity) {
		size_t capacity = b->segment_capacity ? b->segment_capacity * 2 : 16;
		uint32_t *clocks = reallocarray(
			history->clocks, capacity * HISTORY_THREADS_MAX, sizeof(uint32_t));

		if (!clocks)
			return -ENOMEM;
		history->clocks = clocks;
		b->segment_capacity = capacity;
	}
	clock = clock_of(history, (uint32_t)history->segment_count);
	memset(clock, 0, HISTORY_THREADS_MAX * sizeof(uint32_t));
	if (last != WIRE_NONE)
		memcpy(clock, clock_of(history, last), HISTORY_THREADS_MAX * sizeof(uint32_t));
	for (uint32_t i = 0; joined != WIRE_NONE && i < HISTORY_THREADS_MAX; i++)
		if (clock_of(history, joined)[i] > clock[i])
			clock[i] = clock_of(history, joined)[i];
	/* Its own past, as a count of all events so far: those of others are not its own. */
	clock[thread] = (uint32_t)history->count;
	b->segment_of_thread[thread] = (uint32_t)history->segment_count++;
	return 0;
}

static int note_thread_step(struct builder *b, const struct wire_step *step, uint32_t thread)
{
	struct history *history = b->history;
	uint32_t child;
	int r = 0;

	if (step->op == OP_THREAD_CREATE) {
		child = thread_index(b, wire_path_child(step->thread, ++b->created[thread]));
		if (child == NOBODY)
			return 0;
		r = open_segment(b, thread, WIRE_NONE);
		history->parents[child] = thread;
		if (r == 0)
			r = open_segment(b, child, b->segment_of_thread[thread]);
	} else if (step->op == OP_THREAD_EXIT) {
		r = open_segment(b, thread, WIRE_NONE);
		b->exit_segment[thread] = b->segment_of_thread[thread];
		b->exit_place[thread] = step->place;
	} else if (step->op == OP_THREAD_JOIN) {
		for (uint32_t i = 0; i < history->thread_count && r == 0; i++)
			if (b->exit_segment[i] != WIRE_NONE && b->exit_place[i] == step->place)
				r = open_segment(b, thread, b->exit_segment[i]);
	}
	return r;
}

/* ---- places ---- */

/* The end of a wait on a condition variable is an acquisition of the mutex. */
static struct wire_step as_event(const struct wire_step *step)
{
	struct wire_step event = *step;

	if (step->op == OP_COND_WAIT && (step->flags & WIRE_STEP_RESUMED)) {
		event.op = OP_MUTEX_LOCK;
		event.occurrence |= WIRE_OCCURRENCE_RESUMED;
	}
	return event;
}

static uint64_t place_key(const struct wire_step *step)
{
	uint64_t place = step->place;

	if (family_of(step->op) == FAMILY_MEMORY)
		place &= GRANULE_MASK;
	return hash_mix(hash_fold(place, family_of(step->op))) | 1;
}

static struct place *place_of(struct builder *b, const struct wire_step *step)
{
	uint64_t key = place_key(step);
	size_t i = (size_t)key & b->place_mask;

	while (b->places[i].key && b->places[i].key != key)
		i = (i + 1) & b->place_mask;
	if (!b->places[i].key)
		b->places[i] = (struct place){ .key = key, .user = NOBODY, .last = WIRE_NONE };
	return &b->places[i];
}

static bool is_wanted(const struct builder *b, const struct wire_step *step)
{
	if (family_of(step->op) == FAMILY_NONE || !step->place)
		return false;
	return !(step->flags & WIRE_STEP_PLAIN) || points_contain(b->code->points, step->pc);
}

static bool is_asserted(const struct builder *b, const struct wire_step *step)
{
	return b->code->asserted && family_of(step->op) == FAMILY_MEMORY && step->place &&
	       points_contain(b->code->asserted, step->pc);
}

static void note_users(struct builder *b, const struct wire_step *steps, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct wire_step step = as_event(&steps[i]);
		struct place *place;
		uint32_t thread;

		if (is_asserted(b, &step))
			place_of(b, &step)->asserted = true;
		if (!is_wanted(b, &step))
			continue;
		place = place_of(b, &step);
		thread = step.number;
		if (place->user == NOBODY)
			place->user = thread;
		else if (place->user != thread)
			place->user = MANY;
		place->writers += changes(step.op);
	}
}

/* ---- events ---- */

/* A thread that has waited does the operation only now: its first try is forgotten. */
static void forget_try(struct builder *b, const struct wire_step *step, uint32_t thread)
{
	uint32_t last = b->last_of_thread[thread];
	struct history_event *event;

	if (!(step->flags & WIRE_STEP_RESUMED) || last == WIRE_NONE)
		return;
	event = &b->history->events[last];
	if (event->step.pc == step->pc && event->step.occurrence == step->occurrence)
		event->step.op = OP_NONE;
}

static bool is_acquisition(uint16_t op)
{
	return family_of(op) == FAMILY_LOCK && !is_release(op) && !is_try(op);
}

/* Keeps which locks the thread holds after its event. */
static void note_held(struct builder *b, uint32_t thread, uint32_t index)
{
	const struct history_event *events = b->history->events;
	const struct wire_step *step = &events[index].step;
	uint32_t *held = b->held[thread];

	for (size_t i = 0; i < HISTORY_HELD_MAX; i++) {
		if (is_acquisition(step->op) && held[i] == WIRE_NONE) {
			held[i] = index;
			return;
		}
		if (is_release(step->op) && held[i] != WIRE_NONE &&
			events[held[i]].step.place == step->place) {
			held[i] = WIRE_NONE;
			return;
		}
	}
}

/* A wait on a condition variable gives its mutex back: which one is told when it ends. */
static void note_wait_end(struct builder *b, const struct wire_step *step, uint32_t thread)
{
	const struct history_event *events = b->history->events;

	for (size_t i = 0; i < HISTORY_HELD_MAX; i++)
		if (b->held[thread][i] != WIRE_NONE &&
			events[b->held[thread][i]].step.place == step->place)
			b->held[thread][i] = WIRE_NONE;
}

/* A signal since the event of the wait's beginning, if they are all of one thread. */
static uint32_t find_waker(const struct history *history, uint32_t begin)
{
	uint32_t waker = WIRE_NONE;

	if (begin == WIRE_NONE || history->events[begin].step.op != OP_COND_WAIT)
		return WIRE_NONE;
	for (uint32_t i = history->events[begin].next_at_place; i != WIRE_NONE;
		i = history->events[i].next_at_place) {
		if (history->events[i].step.op == OP_COND_WAIT)
			continue;
		if (waker != WIRE_NONE &&
			history->events[waker].thread != history->events[i].thread)
			return WIRE_NONE;
		waker = i;
	}
	return waker;
}

static void add_event(struct builder *b, const struct wire_step *step, uint32_t thread)
{
	struct history *history = b->history;
	uint32_t index = (uint32_t)history->count++;
	uint32_t previous = b->last_of_thread[thread];
	struct place *place = place_of(b, step);

	history->events[index] = (struct history_event){
		.step = *step,
		.thread = thread,
		.previous = previous,
		.position = previous == WIRE_NONE ? 0 : history->events[previous].position + 1,
		.next_at_place = WIRE_NONE,
		.segment = b->segment_of_thread[thread],
		.asserted = place->asserted,
	};
	history->events[index].waker = WIRE_NONE;
	if (step->occurrence & WIRE_OCCURRENCE_RESUMED) {
		note_wait_end(b, step, thread);
		/* Else its time may be over before. */
		if (!(step->flags & WIRE_STEP_TIMED))
			history->events[index].waker = find_waker(history, previous);
	}
	memcpy(history->events[index].held, b->held[thread], sizeof(b->held[thread]));
	note_held(b, thread, index);
	b->last_of_thread[thread] = index;
	if (place->last != WIRE_NONE)
		history->events[place->last].next_at_place = index;
	place->last = index;
}

static int note_timer(struct builder *b, const struct wire_step *step, uint32_t thread)
{
	struct history *history = b->history;
	uint32_t begin = b->last_of_thread[thread];
	struct history_timer *timers;

	if (!(step->flags & WIRE_STEP_RESUMED) || !(step->flags & WIRE_STEP_TIMED))
		return 0;
	timers = reallocarray(
		history->timers, history->timer_count + 1, sizeof(*history->timers));
	if (!timers)
		return -ENOMEM;
	history->timers = timers;
	timers[history->timer_count++] = (struct history_timer){
		.thread = step->thread,
		.begin = begin == WIRE_NONE ? 0 : begin,
		.end = (uint32_t)history->count,
	};
	return 0;
}

static int add_step(struct builder *b, const struct wire_step *step)
{
	uint32_t thread = thread_index(b, step->thread);
	const struct wire_step event = as_event(step);
	const struct place *place;
	int r;

	if (thread == NOBODY)
		return 0;
	if (b->segment_of_thread[thread] == WIRE_NONE && open_segment(b, thread, WIRE_NONE) < 0)
		return -ENOMEM;
	r = note_timer(b, step, thread);
	if (r == 0)
		r = note_thread_step(b, step, thread);
	if (r < 0 || !is_wanted(b, &event))
		return r;
	place = place_of(b, &event);
	if (place->user != MANY || !place->writers)
		return 0;
	forget_try(b, &event, thread);
	if (b->history->count < HISTORY_EVENTS_MAX)
		add_event(b, &event, thread);
	return 0;
}

int history_build(const struct wire_step *steps, size_t count, const struct history_code *code,
	struct history *ret_history)
{
	struct builder *b = calloc(1, sizeof(*b));
	size_t places = 64;
	int r = 0;

	*ret_history = (struct history){ .events = NULL };
	while (places < count * 2)
		places *= 2;
	if (b) {
		b->history = ret_history;
		b->code = code;
		b->places = calloc(places, sizeof(*b->places));
		b->place_mask = places - 1;
	}
	ret_history->events =
		calloc((count < HISTORY_EVENTS_MAX ? count : HISTORY_EVENTS_MAX) + 1,
			sizeof(*ret_history->events));
	if (!b || !b->places || !ret_history->events)
		r = -ENOMEM;
	if (r == 0)
		note_users(b, steps, count);
	for (size_t i = 0; i < count && r == 0; i++)
		r = add_step(b, &steps[i]);
	if (b)
		free(b->places);
	free(b);
	if (r < 0)
		history_release(ret_history);
	return r;
}

void history_release(struct history *history)
{
	free(history->events);
	free(history->timers);
	free(history->clocks);
	*history = (struct history){ .events = NULL };
}

/*
 * Both are done while the same lock is held: which comes first is decided where that is
 * acquired.
 */
static bool share_lock(const struct history *history, const struct history_event *a,
	const struct history_event *b)
{
	for (size_t i = 0; i < HISTORY_HELD_MAX; i++)
		for (size_t j = 0; j < HISTORY_HELD_MAX; j++) {
			const struct wire_step *first, *second;

			if (a->held[i] == WIRE_NONE || b->held[j] == WIRE_NONE)
				continue;
			first = &history->events[a->held[i]].step;
			second = &history->events[b->held[j]].step;
			if (first->place == second->place &&
				(changes(first->op) || changes(second->op)))
				return true;
		}
	return false;
}

uint32_t history_end_of_hold(const struct history *history, uint32_t event)
{
	const struct history_event *acquired = &history->events[event];

	if (!is_acquisition(acquired->step.op))
		return event;
	for (uint32_t b = acquired->next_at_place; b != WIRE_NONE;
		b = history->events[b].next_at_place)
		if (history->events[b].thread == acquired->thread)
			return is_release(history->events[b].step.op) ? b : event;
	return event;
}

bool history_reversible(const struct history *history, uint32_t a, uint32_t b)
{
	const struct history_event *first = &history->events[a];
	const struct history_event *second = &history->events[b];

	if (first->thread == second->thread || !conflict(first->step.op, second->step.op) ||
		share_lock(history, first, second))
		return false;
	return clock_of(history, second->segment)[first->thread] <= a;
}

/* ---- which plain accesses are to become points ---- */

static bool is_racing(const struct wire_step *step, const struct wire_race *races, size_t count)
{
	uint64_t size = step->size ? step->size : 1;

	for (size_t i = 0; i < count; i++)
		if (step->place < races[i].later.address + races[i].later.size &&
			races[i].later.address < step->place + size)
			return true;
	return false;
}

int history_learn(const struct wire_step *steps, size_t count, const struct wire_race *races,
	size_t race_count, struct points *points)
{
	int r = 0;

	for (size_t i = 0; i < count && race_count && r == 0; i++)
		if ((steps[i].flags & WIRE_STEP_PLAIN) &&
			!points_contain(points, steps[i].pc) &&
			is_racing(&steps[i], races, race_count))
			r = points_add(points, &steps[i].pc, 1);
	return r;
}
