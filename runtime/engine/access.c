/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory accesses of the instrumented program: which are scheduling points, and which ought to
 * be.
 *
 * Only accesses that conflict with another thread's need a point. A table keyed by address
 * keeps who touched each granule last and from where; two threads, one of them writing, make
 * both code addresses conflicting, and the tool turns them into points for later executions.
 * The table forgets on collision: that costs a point learned later, never a wrong execution.
 */
#include "runtime/engine/access.h"

#include "common/bytes.h"
#include "common/hash.h"
#include "runtime/core/spin.h"
#include "runtime/engine/runtime.h"
#include "runtime/engine/sched.h"
#include "runtime/record/record.h"

#define GRANULE_SHIFT 3u
#define LAST_ACCESS_SLOTS 65536u /* granules */
#define POINT_BITS 65536u	 /* of the filter before the exact table */
#define CACHE_SLOTS 256u /* code addresses whose answer is at hand; a program's hot ones */
/* Plain reads in a row, none of them a point, after which others get a turn. */
#define QUIET_READS_MAX 2048u
/* A range as long as this is looked at in its first granules only. */
#define RANGE_GRANULES_MAX 64u

struct last_access {
	uint64_t granule;
	uint64_t reader_pc;
	uint64_t writer_pc;
	thread_id reader;
	thread_id writer;
};

struct access_state {
	struct wire_region *region;
	struct last_access *last;
	uint64_t *points; /* exact table, open addressing */
	uint64_t point_mask;
	uint64_t *learned; /* the same, of those reported in this execution */
	uint32_t learned_count;
	uint8_t *filter;
	uint32_t event; /* when recording: of the last access that was a point, or WIRE_NONE */
	uint32_t mode;	/* enum wire_points */
	uint64_t cached_points[CACHE_SLOTS];
	uint64_t cached_learned[CACHE_SLOTS];
};

int access_instrumented;
static struct access_state state;

static bool table_has(const uint64_t *table, uint64_t mask, uint64_t pc)
{
	for (uint64_t i = hash_mix(pc) & mask; table[i]; i = (i + 1) & mask)
		if (table[i] == pc)
			return true;
	return false;
}

/* Returns false when it was there or the table is half full. */
static bool table_add(uint64_t *table, uint64_t mask, uint32_t count, uint64_t pc)
{
	uint64_t i = hash_mix(pc) & mask;

	if (count > mask / 2)
		return false;
	for (; table[i]; i = (i + 1) & mask)
		if (table[i] == pc)
			return false;
	table[i] = pc;
	return true;
}

static inline uint32_t filter_bit(uint64_t pc)
{
	return (uint32_t)((pc * UINT64_C(0x9e3779b97f4a7c15)) >> 48) & (POINT_BITS - 1);
}

void access_begin(struct wire_region *region, struct arena *arena)
{
	const struct wire_area *area = &region->areas[WIRE_AREA_POINTS];
	const uint64_t *points = wire_area_at(region, WIRE_AREA_POINTS);
	uint64_t count = area->length / sizeof(uint64_t);
	uint64_t capacity = 64;

	while (capacity < count * 2 + 2)
		capacity *= 2;
	state.region = region;
	state.mode = region->config.points;
	state.last = arena_alloc(arena, LAST_ACCESS_SLOTS * sizeof(state.last[0]));
	state.points = arena_alloc(arena, capacity * sizeof(uint64_t));
	state.point_mask = capacity - 1;
	state.learned = arena_alloc(arena, LAST_ACCESS_SLOTS * sizeof(uint64_t));
	state.learned_count = 0;
	state.filter = arena_alloc(arena, POINT_BITS / 8);
	if (region->request.record)
		bytes_fill(state.filter, 0xff, POINT_BITS / 8);
	for (uint64_t i = 0; i < count; i++) {
		uint32_t bit = filter_bit(points[i]);

		table_add(state.points, state.point_mask, 0, points[i]);
		state.filter[bit / 8] = (uint8_t)(state.filter[bit / 8] | 1u << bit % 8);
	}
}

/* The slot in a cache that `pc` alone may be in. */
static inline uint32_t cache_slot(uint64_t pc)
{
	return (uint32_t)(pc ^ pc >> 8) & (CACHE_SLOTS - 1);
}

/* When recording, every access that is not known to be a point comes by here. */
static __attribute__((noinline)) bool look_up_point(uint64_t pc)
{
	if (runtime.core.recorder)
		record_settle();
	if (!table_has(state.points, state.point_mask, pc))
		return false;
	state.cached_points[cache_slot(pc)] = pc;
	return true;
}

static inline bool is_point(uint64_t pc)
{
	uint32_t bit = filter_bit(pc);

	if (state.mode == WIRE_POINTS_ALL || state.cached_points[cache_slot(pc)] == pc)
		return true;
	return (state.filter[bit / 8] >> bit % 8 & 1) && look_up_point(pc);
}

static __attribute__((noinline)) void learn_new(uint64_t pc)
{
	uint64_t *place;

	if (!table_add(state.learned, LAST_ACCESS_SLOTS - 1, state.learned_count, pc))
		return;
	state.learned_count++;
	if (runtime.forked || table_has(state.points, state.point_mask, pc))
		return;
	place = record_reserve(state.region, WIRE_AREA_LEARNED, sizeof(*place));
	if (place)
		*place = pc;
}

static inline void learn(uint64_t pc)
{
	uint64_t *cached = &state.cached_learned[cache_slot(pc)];

	if (*cached == pc)
		return;
	*cached = pc;
	learn_new(pc);
}

static void note_granule(thread_id self, uint64_t granule, bool write, uint64_t pc)
{
	struct last_access *last = &state.last[(granule * UINT64_C(0x9e3779b97f4a7c15)) >> 48 &
					       (LAST_ACCESS_SLOTS - 1)];

	if (last->granule != granule) {
		last->granule = granule;
		last->reader = last->writer = THREAD_NONE;
	}
	if (last->writer != THREAD_NONE && last->writer != self) {
		learn(last->writer_pc);
		learn(pc);
	}
	if (write && last->reader != THREAD_NONE && last->reader != self) {
		learn(last->reader_pc);
		learn(pc);
	}
	if (write) {
		last->writer = self;
		last->writer_pc = pc;
	} else {
		last->reader = self;
		last->reader_pc = pc;
	}
}

static inline void note(thread_id self, uint64_t address, size_t size, bool write, uint64_t pc)
{
	uint64_t first = address >> GRANULE_SHIFT;
	uint64_t last = (address + (size ? size - 1 : 0)) >> GRANULE_SHIFT;

	if (__builtin_expect(last - first >= RANGE_GRANULES_MAX, 0))
		last = first + RANGE_GRANULES_MAX - 1;
	for (uint64_t granule = first; granule <= last; granule++)
		note_granule(self, granule, write, pc);
}

/*
 * Back to the program, which carries out the access next. A signal handler that runs before
 * that may have events of its own, and change what is there.
 */
static __attribute__((noinline)) void leave_recorded(
	struct thread *self, uint64_t address, size_t size, bool write)
{
	uint32_t event = runtime.core.last_event[self->id];

	runtime_leave(self);
	if (size <= sizeof(uint64_t))
		record_access(state.region, event, address, (uint32_t)size, write);
	state.event = event;
}

static inline void leave(struct thread *self, uint64_t address, size_t size, bool write)
{
	if (__builtin_expect(runtime.core.recorder != NULL, 0))
		leave_recorded(self, address, size, write);
	else
		runtime_leave(self);
}

static inline __attribute__((always_inline)) void access(
	enum op_kind op, uintptr_t address, size_t size, uintptr_t pc)
{
	struct thread *self = runtime_self;
	bool write = op == OP_WRITE;

	if (__builtin_expect(!self, 0))
		return;
	if (is_point(pc)) {
		runtime_self = NULL;
		sched_access(self, op, address, (uint32_t)size, pc);
		leave(self, address, size, write);
		if (state.mode == WIRE_POINTS_ALL)
			return;
	}
	if (state.mode == WIRE_POINTS_SYNC)
		return;
	/* Alone since the start, or again alone: no conflict is possible, and spinning neither.
	 */
	if (runtime.core.live_count == 1)
		return;
	note(self->id, address, size, write, pc);
	if (write) {
		self->spin.quiet_reads = 0;
		if (runtime.core.spinning_count)
			spin_note_write(&runtime.core, self, address, (uint32_t)size);
	} else if (++self->spin.quiet_reads > QUIET_READS_MAX) {
		self->spin.quiet_reads = 0;
		runtime_self = NULL;
		self->call_pc = pc;
		sched_yield_to_others(self, OP_READ);
		runtime_leave(self);
	}
}

void access_read(uintptr_t address, size_t size, uintptr_t pc)
{
	access(OP_READ, address, size, pc);
}

void access_write(uintptr_t address, size_t size, uintptr_t pc)
{
	access(OP_WRITE, address, size, pc);
}

void access_atomic(enum op_kind op, uintptr_t address, size_t size, uintptr_t pc)
{
	struct thread *self = runtime_self;

	if (!self)
		return;
	runtime_self = NULL;
	sched_access(self, op, address, (uint32_t)size, pc);
	leave(self, address, size, false);
}

void access_atomic_done(enum op_kind op, uintptr_t address, uint64_t value, int changed)
{
	struct thread *self = runtime_self;

	(void)op;
	if (!self)
		return;
	if (__builtin_expect(runtime.core.recorder != NULL, 0) && address)
		record_atomic(state.region, state.event, value);
	if (!changed)
		core_unchanged(self);
}

void access_function_enter(uintptr_t pc)
{
	(void)pc;
}

void access_function_exit(void)
{
}
