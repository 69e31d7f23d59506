/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replays a given list of decisions by their stable coordinates (see struct wire_decision);
 * whatever the list does not mention is decided as usual. An operation is identified by its
 * thread, its kind, its location and how often that has occurred, so that code which the list
 * does not mention may come and go.
 */
#include "common/hash.h"
#include "runtime/core/arena.h"
#include "runtime/core/core.h"
#include "runtime/strategy/strategy.h"

#define NO_ENTRY UINT32_MAX
#define PC_CACHE_SIZE 4096u

/* One (thread, kind, location) that decisions name. */
struct place {
	uint64_t thread;
	uint32_t location;
	uint16_t op;
	uint32_t occurrences; /* so far */
	uint32_t next_in_bucket;
};

struct cached_pc {
	uint64_t pc;
	uint32_t location;
};

/* Where a thread is: the places that its operation matches, exactly and at any location. */
struct position {
	uint32_t places[2];
	uint32_t asked[WIRE_DECISION_COUNT];
	bool known; /* the thread has come to an operation */
};

struct replay {
	const struct strategy_args *args;
	struct strategy_args args_copy;
	struct place *places;
	uint32_t place_count;
	uint32_t *buckets;	    /* of places */
	uint32_t *decision_buckets; /* of decisions, by place and occurrence */
	uint32_t *next_decision;    /* in the same bucket */
	uint32_t bucket_mask;	    /* of both */
	struct cached_pc *cache;
	struct position *positions; /* by thread number */
};

static uint32_t bucket_of(
	const struct replay *replay, uint64_t thread, uint32_t op, uint32_t location)
{
	return (uint32_t)hash_mix(hash_fold(thread, ((uint64_t)op << 32) | location)) &
	       replay->bucket_mask;
}

static uint32_t place_find(
	const struct replay *replay, uint64_t thread, uint32_t op, uint32_t location)
{
	uint32_t i = replay->buckets[bucket_of(replay, thread, op, location)];

	for (; i != NO_ENTRY; i = replay->places[i].next_in_bucket) {
		const struct place *place = &replay->places[i];

		if (place->thread == thread && place->op == op && place->location == location)
			break;
	}
	return i;
}

static uint32_t place_add(struct replay *replay, const struct wire_decision *decision)
{
	uint32_t bucket = bucket_of(replay, decision->thread, decision->op, decision->location);
	struct place *place = &replay->places[replay->place_count];

	place->thread = decision->thread;
	place->op = decision->op;
	place->location = decision->location;
	place->next_in_bucket = replay->buckets[bucket];
	replay->buckets[bucket] = replay->place_count;
	return replay->place_count++;
}

static uint32_t *decision_bucket(struct replay *replay, uint32_t place, uint32_t occurrence)
{
	uint64_t hash = hash_mix(((uint64_t)place << 32) | occurrence);

	return &replay->decision_buckets[(uint32_t)hash & replay->bucket_mask];
}

static void decision_add(struct replay *replay, uint32_t index)
{
	const struct wire_decision *d = &replay->args->decisions[index];
	uint32_t place = place_find(replay, d->thread, d->op, d->location);
	uint32_t *bucket;

	if (place == NO_ENTRY)
		place = place_add(replay, d);
	bucket = decision_bucket(replay, place, d->occurrence);
	replay->next_decision[index] = *bucket;
	*bucket = index;
}

static void begin(void *state, const struct strategy_args *args)
{
	struct replay *replay = state;
	uint32_t count = args->decision_count;
	uint32_t buckets = 16;

	while (buckets < count * 2)
		buckets *= 2;
	replay->args_copy = *args;
	replay->args = &replay->args_copy;
	replay->bucket_mask = buckets - 1;
	replay->buckets = arena_alloc(args->arena, buckets * sizeof(uint32_t));
	replay->decision_buckets = arena_alloc(args->arena, buckets * sizeof(uint32_t));
	replay->places = arena_alloc(args->arena, (count + 1) * sizeof(struct place));
	replay->next_decision = arena_alloc(args->arena, (count + 1) * sizeof(uint32_t));
	replay->cache = arena_alloc(args->arena, PC_CACHE_SIZE * sizeof(struct cached_pc));
	replay->positions =
		arena_alloc(args->arena, CORE_THREADS_MAX * sizeof(struct position));
	for (uint32_t i = 0; i < buckets; i++)
		replay->buckets[i] = replay->decision_buckets[i] = NO_ENTRY;
	for (uint32_t i = 0; i < count; i++)
		decision_add(replay, i);
}

static uint32_t location_search(const struct replay *replay, uint64_t pc)
{
	const struct wire_location *locations = replay->args->locations;
	uint32_t low = 0, high = replay->args->location_count;

	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (pc <= locations[middle].start)
			high = middle;
		else if (pc > locations[middle].end)
			low = middle + 1;
		else
			return locations[middle].location;
	}
	return WIRE_NONE;
}

static uint32_t location_of(const struct replay *replay, uint64_t pc)
{
	struct cached_pc *cached = &replay->cache[hash_mix(pc) & (PC_CACHE_SIZE - 1)];

	if (cached->pc != pc) {
		cached->pc = pc;
		cached->location = location_search(replay, pc);
	}
	return cached->location;
}

static void observe(void *state, const struct thread *thread)
{
	struct replay *replay = state;
	struct position *position = &replay->positions[thread->id];
	uint32_t location = location_of(replay, thread->op.pc);
	uint32_t exact = NO_ENTRY;

	if (location != WIRE_NONE)
		exact = place_find(replay, thread->path_hash, thread->op.kind, location);
	position->known = true;
	position->places[0] = exact;
	position->places[1] = place_find(replay, thread->path_hash, thread->op.kind, WIRE_NONE);
	for (int i = 0; i < 2; i++)
		if (position->places[i] != NO_ENTRY)
			replay->places[position->places[i]].occurrences++;
	for (int kind = 0; kind < WIRE_DECISION_COUNT; kind++)
		position->asked[kind] = 0;
}

/* That decision, when the list has it for the place at its present occurrence; else NULL. */
static const struct wire_decision *decision_find(
	struct replay *replay, uint32_t place_index, uint32_t kind, uint32_t repetition)
{
	const struct place *place = &replay->places[place_index];
	uint32_t i = *decision_bucket(replay, place_index, place->occurrences);

	for (; i != NO_ENTRY; i = replay->next_decision[i]) {
		const struct wire_decision *d = &replay->args->decisions[i];

		if (d->kind == kind && d->occurrence == place->occurrences &&
			d->repetition == repetition && d->thread == place->thread &&
			d->op == place->op && d->location == place->location)
			return d;
	}
	return NULL;
}

/* The decision of that kind at the operation `thread` is at, or NULL. */
static const struct wire_decision *decision_at(
	struct replay *replay, const struct thread *thread, uint32_t kind)
{
	struct position *position = &replay->positions[thread->id];
	const struct wire_decision *decision = NULL;
	uint32_t repetition = ++position->asked[kind];

	if (!position->known)
		return NULL;
	for (int side = 0; side < 2 && !decision; side++)
		if (position->places[side] != NO_ENTRY)
			decision =
				decision_find(replay, position->places[side], kind, repetition);
	return decision;
}

static thread_id pick(void *state, const struct choice *choice)
{
	struct replay *replay = state;
	const struct wire_decision *decision =
		decision_at(replay, choice->threads[choice->current], choice->kind);

	if (!decision)
		return choice->usual;
	for (uint32_t i = 0; i < choice->count; i++) {
		if (choice->threads[choice->candidates[i]]->path_hash != decision->value)
			continue;
		(*replay->args->applied)++;
		return choice->candidates[i];
	}
	return choice->usual;
}

static uint32_t draw(void *state, const struct thread *thread, uint32_t kind, uint32_t bound)
{
	struct replay *replay = state;
	const struct wire_decision *decision = decision_at(replay, thread, kind);

	if (!decision || decision->value >= bound)
		return 0;
	(*replay->args->applied)++;
	return (uint32_t)decision->value;
}

const struct strategy_ops strategy_replay = {
	.name = "replay",
	.state_size = sizeof(struct replay),
	.begin = begin,
	.pick = pick,
	.draw = draw,
	.observe = observe,
};
