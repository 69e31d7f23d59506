/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One pass over the events: each thread's operations are counted by (thread, kind, location),
 * and a decision belongs to the operation that its thread came to last: that operation's own
 * event stands before it. The runtime's replay strategy counts by the same rule.
 */
#include "tool/analysis/decisions.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/hash.h"

/* How many operations of one kind a thread did at one location; open addressing. */
struct tally {
	uint32_t thread;
	uint32_t location;
	uint32_t op;
	uint32_t count;
	uint32_t used;
};

struct counter {
	struct tally *slots;
	size_t capacity; /* a power of two */
	size_t used;
};

/* The operation a thread is at, and how many decisions of each kind it has brought so far. */
struct thread_operation {
	uint32_t known; /* the thread has come to one */
	uint32_t op;
	uint32_t location;
	uint32_t occurrence;
	uint32_t repetitions[WIRE_DECISION_COUNT];
};

struct extraction {
	const struct recording *recording;
	const struct location_map *map;
	enum decisions_wanted wanted;
	struct counter counter;
	struct thread_operation *operations; /* by thread number */
	struct decision_list *list;
};

static struct tally *counter_slot(
	struct counter *counter, uint32_t thread, uint32_t op, uint32_t location)
{
	uint64_t hash = hash_mix(hash_fold(hash_fold(thread, op), location));

	for (size_t i = hash;; i++) {
		struct tally *t = &counter->slots[i & (counter->capacity - 1)];

		if (!t->used || (t->thread == thread && t->op == op && t->location == location))
			return t;
	}
}

static int counter_grow(struct counter *counter)
{
	struct counter larger = { .capacity = counter->capacity ? counter->capacity * 2 : 256 };

	larger.slots = calloc(larger.capacity, sizeof(*larger.slots));
	if (!larger.slots)
		return -ENOMEM;
	for (size_t i = 0; i < counter->capacity; i++) {
		const struct tally *t = &counter->slots[i];

		if (t->used)
			*counter_slot(&larger, t->thread, t->op, t->location) = *t;
	}
	larger.used = counter->used;
	free(counter->slots);
	*counter = larger;
	return 0;
}

static struct tally *counter_get(
	struct counter *counter, uint32_t thread, uint32_t op, uint32_t location)
{
	struct tally *t;

	if (counter->used * 2 >= counter->capacity && counter_grow(counter) < 0)
		return NULL;
	t = counter_slot(counter, thread, op, location);
	if (!t->used) {
		*t = (struct tally){ .thread = thread, .op = op, .location = location };
		t->used = 1;
		counter->used++;
	}
	return t;
}

static int list_append(
	struct decision_list *list, const struct wire_decision *decision, uint32_t event)
{
	if (list->count == list->capacity) {
		size_t capacity = list->capacity ? list->capacity * 2 : 64;
		struct wire_decision *items =
			reallocarray(list->items, capacity, sizeof(*items));
		uint32_t *events;

		if (!items)
			return -ENOMEM;
		list->items = items;
		events = reallocarray(list->events, capacity, sizeof(*events));
		if (!events)
			return -ENOMEM;
		list->events = events;
		list->capacity = capacity;
	}
	list->items[list->count] = *decision;
	list->events[list->count++] = event;
	return 0;
}

static bool is_about_threads(uint32_t kind)
{
	return kind == WIRE_DECISION_PREEMPT || kind == WIRE_DECISION_NEXT;
}

bool decision_is_unusual(const struct wire_event *event)
{
	if (event->decision == WIRE_DECISION_NONE)
		return false;
	if (is_about_threads(event->decision))
		return event->chosen != event->usual && event->chosen != WIRE_NONE;
	return event->value != 0;
}

static bool is_wanted(const struct extraction *extraction, const struct wire_event *event)
{
	if (extraction->wanted == DECISIONS_ON_THREADS)
		return is_about_threads(event->decision) && event->chosen != WIRE_NONE;
	return decision_is_unusual(event);
}

static int extract_decision(struct extraction *extraction, uint32_t index)
{
	const struct recording *recording = extraction->recording;
	const struct wire_event *event = &recording->events[index];
	struct thread_operation *operation = &extraction->operations[event->thread];
	struct wire_decision decision = {
		.thread = recording_path_hash(recording, event->thread),
		.value = event->value,
		.location = operation->location,
		.occurrence = operation->occurrence,
		.op = (uint16_t)operation->op,
		.kind = event->decision,
	};

	decision.repetition = ++operation->repetitions[event->decision];
	if (extraction->wanted == DECISIONS_POSSIBLE || !operation->known ||
		!is_wanted(extraction, event))
		return 0;
	if (is_about_threads(event->decision))
		decision.value = recording_path_hash(recording, event->chosen);
	return list_append(extraction->list, &decision, index);
}

/* Counts one more and returns the count, or 0 when memory is exhausted. */
static uint32_t count_at(
	struct extraction *extraction, const struct wire_event *event, uint32_t location)
{
	struct tally *tally =
		counter_get(&extraction->counter, event->thread, event->op, location);

	return tally ? ++tally->count : 0;
}

/* "Any location" counts the operations of all: a decision at code without a name goes by that.
 */
static int count_operation(struct extraction *extraction, const struct wire_event *event)
{
	uint32_t location, occurrence;
	int error = 0;

	location = extraction->map->number(extraction->map->context, event, &error);
	if (error < 0)
		return error;
	occurrence = count_at(extraction, event, WIRE_NONE);
	if (occurrence && location != WIRE_NONE)
		occurrence = count_at(extraction, event, location);
	if (!occurrence)
		return -ENOMEM;
	extraction->operations[event->thread] = (struct thread_operation){
		.known = 1,
		.op = event->op,
		.location = location,
		.occurrence = occurrence,
	};
	return 0;
}

static int add_possible(struct extraction *extraction, uint32_t index)
{
	const struct wire_event *event = &extraction->recording->events[index];
	const struct thread_operation *operation = &extraction->operations[event->thread];
	struct wire_decision decision = {
		.thread = recording_path_hash(extraction->recording, event->thread),
		.location = operation->location,
		.occurrence = operation->occurrence,
		.repetition = 1,
		.op = event->op,
		.kind = WIRE_DECISION_PREEMPT,
	};

	return list_append(extraction->list, &decision, index);
}

static int extract_event(struct extraction *extraction, uint32_t index)
{
	const struct wire_event *event = &extraction->recording->events[index];
	int r;

	if (event->thread == WIRE_NONE)
		return 0;
	if (event->decision != WIRE_DECISION_NONE)
		return extract_decision(extraction, index);
	r = count_operation(extraction, event);
	return r < 0 || extraction->wanted != DECISIONS_POSSIBLE
		       ? r
		       : add_possible(extraction, index);
}

int decisions_extract(const struct recording *recording, enum decisions_wanted wanted,
	const struct location_map *map, struct decision_list *ret_list)
{
	struct decision_list list = { 0 };
	struct extraction extraction = {
		.recording = recording,
		.wanted = wanted,
		.map = map,
		.list = &list,
	};
	int r = 0;

	extraction.operations =
		calloc(recording->thread_count + 1, sizeof(*extraction.operations));
	if (!extraction.operations)
		return -ENOMEM;
	for (uint32_t i = 0; i < recording->event_count && r >= 0; i++)
		r = extract_event(&extraction, i);
	free(extraction.operations);
	free(extraction.counter.slots);
	if (r < 0)
		decision_list_release(&list);
	else
		*ret_list = list;
	return r < 0 ? r : 0;
}

void decision_list_release(struct decision_list *list)
{
	free(list->items);
	free(list->events);
	*list = (struct decision_list){ 0 };
}

uint32_t decisions_count_preemptions(const struct wire_decision *decisions, size_t count)
{
	uint32_t preemptions = 0;

	for (size_t i = 0; i < count; i++)
		preemptions += decisions[i].kind == WIRE_DECISION_PREEMPT;
	return preemptions;
}

static uint32_t exact_number(void *context, const struct wire_event *event, int *error)
{
	struct exact_locations *locations = context;
	uint64_t pc = event->pc;
	uint32_t number = (uint32_t)locations->count;

	if (!pc)
		return WIRE_NONE;
	if (pc_map_find(&locations->numbers, pc, &number))
		return number;
	if (locations->count == locations->capacity) {
		size_t capacity = locations->capacity ? locations->capacity * 2 : 64;
		uint64_t *pcs = reallocarray(locations->pcs, capacity, sizeof(*pcs));

		if (!pcs) {
			*error = -ENOMEM;
			return WIRE_NONE;
		}
		locations->pcs = pcs;
		locations->capacity = capacity;
	}
	*error = pc_map_add(&locations->numbers, pc, number);
	locations->pcs[locations->count++] = pc;
	return number;
}

struct location_map exact_locations_map(struct exact_locations *locations)
{
	return (struct location_map){ .context = locations, .number = exact_number };
}

void exact_locations_release(struct exact_locations *locations)
{
	free(locations->pcs);
	pc_map_release(&locations->numbers);
	*locations = (struct exact_locations){ 0 };
}

static int by_start(const void *a, const void *b)
{
	const struct wire_location *left = a, *right = b;

	return (left->start > right->start) - (left->start < right->start);
}

struct wire_location *exact_locations_ranges(const struct exact_locations *locations)
{
	struct wire_location *ranges = calloc(locations->count + 1, sizeof(*ranges));

	if (!ranges)
		return NULL;
	for (uint32_t i = 0; i < locations->count; i++)
		ranges[i] = (struct wire_location){
			.start = locations->pcs[i] - 1,
			.end = locations->pcs[i],
			.location = i,
		};
	qsort(ranges, locations->count, sizeof(*ranges), by_start);
	return ranges;
}
