/* SPDX-License-Identifier: Apache-2.0 */
/* Races into the shared region; see races.h. */
#include "runtime/engine/races.h"

#include "common/hash.h"
#include "runtime/engine/access.h"
#include "runtime/engine/happens_before.h"
#include "runtime/engine/heap.h"
#include "runtime/record/record.h"

/* Pairs of one execution, twice over so that the table stays sparse. */
#define PAIR_SLOTS 4096u

static struct races {
	struct wire_region *region;
	struct thread *self; /* whose access is being compared */
	uint64_t *pairs;     /* hashes of what was told already, open addressing */
	uint32_t pair_count;
	struct expected *expected;
	bool disabled;		    /* by the program */
	bool freeing;		    /* the access is the free of a block */
	struct wire_access watched; /* the watched access, once it came */
} state;

/* Bytes on which races are meant, as the program said; later ones first. */
struct expected {
	struct expected *next;
	uint64_t address;
	size_t size;
};

static bool is_expected(const struct present_access *access)
{
	const struct expected *e = state.expected;

	while (e && (access->address >= e->address + e->size ||
			    e->address >= access->address + access->size))
		e = e->next;
	return e != NULL;
}

static uint32_t op_of(enum cell_kind kind)
{
	static const uint8_t ops[] = {
		[CELL_PLAIN_READ] = OP_READ,
		[CELL_PLAIN_WRITE] = OP_WRITE,
		[CELL_ATOMIC_READ] = OP_ATOMIC_LOAD,
		[CELL_ATOMIC_WRITE] = OP_ATOMIC_STORE,
	};

	return ops[kind];
}

/* Returns false when it was there, or there are too many to tell, which is said. */
static bool pair_new(uint64_t earlier_pc, uint64_t later_pc, uint32_t kinds)
{
	uint64_t key = hash_mix(earlier_pc * 31 + hash_mix(later_pc) + kinds) | 1;
	uint32_t i = (uint32_t)key & (PAIR_SLOTS - 1);

	for (; state.pairs[i]; i = (i + 1) & (PAIR_SLOTS - 1))
		if (state.pairs[i] == key)
			return false;
	if (state.pair_count >= PAIR_SLOTS / 2) {
		state.region->result.limits |= WIRE_LIMIT_RACES;
		return false;
	}
	state.pairs[i] = key;
	state.pair_count++;
	return true;
}

/* The locks that the thread holds now, and where it stands. */
static void describe_now(struct wire_access *access, const struct thread *thread)
{
	const struct core *core = &runtime.core;

	for (uint32_t i = 0; i < core->object_count; i++) {
		const struct object *object = core->objects[i];

		if (!object_holder(object, thread->id))
			continue;
		if (access->held_count < WIRE_HELD)
			access->held[access->held_count] = object->number;
		access->held_count++;
	}
	access->stack = core->recorder->stack(core->recorder, thread);
}

static bool tell_race(const struct present_access *access, const struct earlier_access *earlier)
{
	uint32_t kinds = (uint32_t)access->kind << 2 | (uint32_t)earlier->kind;
	struct wire_race *race;

	if (state.disabled)
		return false;
	if (is_expected(access))
		return true;
	access_learn(access->pc);
	if (earlier->pc)
		access_learn(earlier->pc);
	if (!pair_new(earlier->pc, access->pc, kinds))
		return true;
	race = record_reserve(state.region, WIRE_AREA_RACES, sizeof(*race));
	if (!race)
		return true;
	*race = (struct wire_race){
		.earlier = {
			.address = earlier->address,
			.pc = earlier->pc,
			.size = earlier->size,
			.thread = earlier->thread,
			.op = op_of(earlier->kind),
			.epoch = earlier->when,
			.stack = WIRE_NONE,
		},
		.later = {
			.address = access->address,
			.pc = access->pc,
			.size = access->size,
			.thread = state.self->id,
			.op = op_of(access->kind),
			.epoch = access->self->now,
			.stack = WIRE_NONE,
			.frees = state.freeing,
		},
		.step = runtime.core.result->steps,
	};
	if (!runtime.core.recorder)
		return true;
	describe_now(&race->later, state.self);
	heap_tell_block(access->address);
	if (state.watched.epoch == earlier->when && state.watched.pc == earlier->pc) {
		race->earlier.stack = state.watched.stack;
		race->earlier.held_count = state.watched.held_count;
		for (uint32_t i = 0; i < WIRE_HELD; i++)
			race->earlier.held[i] = state.watched.held[i];
	}
	return true;
}

/* Called when recording, for each access that is kept. */
static void watch(const struct present_access *access)
{
	const struct wire_request *request = &state.region->request;

	if (access->self->now != request->watch_epoch || access->pc != request->watch_pc)
		return;
	if (request->watch_address < access->address ||
		request->watch_address >= access->address + access->size)
		return;
	state.watched = (struct wire_access){ .epoch = access->self->now, .pc = access->pc };
	describe_now(&state.watched, state.self);
}

void races_begin(struct wire_region *region, struct race_detector *detector)
{
	state = (struct races){ .region = region };
	detector->race = tell_race;
	detector->freed = heap_accessed_freed;
	if (region->request.record && region->request.watch_epoch)
		detector->stored = watch;
	state.pairs = arena_alloc(&runtime.arena, PAIR_SLOTS * sizeof(state.pairs[0]));
}

void races_expected(uint64_t address, size_t size)
{
	struct expected *expected;

	if (!happens_before.on)
		return;
	expected = arena_alloc(&runtime.arena, sizeof(*expected));
	*expected = (struct expected){ state.expected, address, size };
	state.expected = expected;
}

void races_enable(bool enabled)
{
	state.disabled = !enabled;
}

void races_freeing(bool freeing)
{
	state.freeing = freeing;
}

void races_access(struct thread *self)
{
	state.self = self;
}
