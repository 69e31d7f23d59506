/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory accesses of the instrumented program: which are scheduling points, and which ought to
 * be.
 *
 * Only accesses that race need a point: those that are ordered by synchronisation can change
 * their order only where that does, and it has points of its own. What an execution sees racing
 * the tool makes points of in later ones.
 */
#include "runtime/engine/access.h"

#include "common/hash.h"
#include "runtime/core/spin.h"
#include "runtime/engine/happens_before.h"
#include "runtime/engine/heap.h"
#include "runtime/engine/instrumented.h"
#include "runtime/engine/private_state.h"
#include "runtime/engine/runtime.h"
#include "runtime/engine/sched.h"
#include "runtime/record/record.h"

#define LEARNED_SLOTS 65536u /* twice as many as are learned in one execution */
#define POINT_BITS 65536u    /* of the filter before the exact table */
#define CACHE_SLOTS 512u     /* code addresses whose answer is at hand; a program's hot ones */
/* Larger ranges than any memory: the access to one is going to fail. */
#define RANGE_MAX (UINT64_C(1) << 40)
/* Plain reads in a row, none of them a point, after which others get a turn. */
#define QUIET_READS_MAX 2048u

struct access_state {
	struct wire_region *region;
	uint64_t *points; /* exact table, open addressing */
	uint64_t point_mask;
	uint64_t *learned; /* the same, of those reported in this execution */
	uint32_t learned_count;
	uint8_t *filter;
	uint32_t event; /* when recording: of the last access that was a point, or WIRE_NONE */
	uint32_t mode;	/* enum wire_points */
	uint32_t eager; /* so many accesses more are points, whoever makes them */
	bool traced;	/* plain accesses go to the trace, too */
	bool tells_aside;
	/* What was found out about code addresses: itself of a point, inverted of none. */
	uint64_t cached_points[CACHE_SLOTS];
	uint64_t cached_learned[CACHE_SLOTS];
};

int access_instrumented;
int access_told;
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
	state.eager = state.mode == WIRE_POINTS_AUTO ? region->request.eager : 0;
	state.traced = region->request.trace > 1;
	state.tells_aside = region->request.record == WIRE_RECORD_ACCESSES;
	state.points = arena_alloc(arena, capacity * sizeof(uint64_t));
	state.point_mask = capacity - 1;
	state.learned = arena_alloc(arena, LEARNED_SLOTS * sizeof(uint64_t));
	state.learned_count = 0;
	state.filter = arena_alloc(arena, POINT_BITS / 8);
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
	uint32_t bit = filter_bit(pc);

	bool found = state.mode == WIRE_POINTS_ALL || state.eager ||
		     ((state.filter[bit / 8] >> bit % 8 & 1) &&
			     table_has(state.points, state.point_mask, pc));

	if (runtime.core.recorder && !found)
		record_settle();
	if (!runtime.core.recorder || found)
		state.cached_points[cache_slot(pc)] = found ? pc : ~pc;
	return found;
}

static inline bool is_point(uint64_t pc)
{
	uint64_t cached = state.cached_points[cache_slot(pc)];

	if (__builtin_expect(cached == ~pc, 1))
		return false;
	return cached == pc || look_up_point(pc);
}

/* From now on only those accesses are points that are known to conflict. */
static __attribute__((noinline)) void end_eagerness(void)
{
	for (uint32_t i = 0; i < CACHE_SLOTS; i++)
		state.cached_points[i] = 0;
}

static __attribute__((noinline)) void learn_new(uint64_t pc)
{
	uint64_t *place;

	if (!table_add(state.learned, LEARNED_SLOTS - 1, state.learned_count, pc))
		return;
	state.learned_count++;
	if (runtime.forked || table_has(state.points, state.point_mask, pc))
		return;
	place = record_reserve(state.region, WIRE_AREA_LEARNED, sizeof(*place));
	if (place)
		*place = pc;
}

void access_learn(uintptr_t pc)
{
	uint64_t *cached = &state.cached_learned[cache_slot(pc)];

	if (*cached == pc)
		return;
	*cached = pc;
	learn_new(pc);
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

/* A variable of the function that runs, or of one that called it. */
static bool is_local(const struct thread *self, uintptr_t address)
{
	struct stack_bounds bounds;

	if (address - (uintptr_t)__builtin_frame_address(0) >= PRIVATE_STACK_SIZE / 2)
		return false;
	runtime.carrier->bounds(self, &bounds);
	return stack_bounds_hold(&bounds, address);
}

/*
 * To write a local variable is no progress by itself: unoptimised code keeps there even what it
 * has just read. Whether a loop goes on by it is known from private_state_hash(), which reaches
 * further than is_local().
 */
static inline void note_write(struct thread *self, uintptr_t address, size_t size, bool point)
{
	if (is_local(self, address)) {
		if (point)
			core_unchanged(self);
		spin_note_local_write(&runtime.core, address, (uint32_t)size);
		return;
	}
	self->spin.quiet_reads = 0;
	if (runtime.core.spinning_count)
		spin_note_write(&runtime.core, self, address, (uint32_t)size);
}

/* When an execution is recorded to be explained. Nobody else sees what lies on a stack. */
static __attribute__((noinline)) void tell_aside(
	struct thread *self, enum op_kind op, uintptr_t address, size_t size, uintptr_t pc)
{
	struct aside access = {
		.address = address,
		.pc = pc,
		.size = (uint32_t)size,
		.op = op,
	};

	if (size > sizeof(uint64_t) || is_local(self, address))
		return;
	runtime_self = NULL;
	record_aside(runtime.core.recorder, self, &access);
	runtime_self = self;
}

static __attribute__((noinline)) void check_freed(
	struct thread *self, enum op_kind op, uintptr_t address, size_t size, uintptr_t pc)
{
	runtime_self = NULL;
	heap_check_now(self, address, size, op, pc);
	runtime_self = self;
}

static __attribute__((noinline)) void trace_plain(
	struct thread *self, enum op_kind op, uintptr_t address, size_t size, uintptr_t pc)
{
	const struct operation access = {
		.address = address,
		.pc = pc,
		.size = (uint32_t)size,
		.kind = (uint16_t)op,
	};

	runtime_self = NULL;
	core_plain_access(&runtime.core, self, &access);
	runtime_self = self;
}

static inline __attribute__((always_inline)) void access(
	enum op_kind op, uintptr_t address, size_t size, uintptr_t pc)
{
	struct thread *self = runtime_self;
	bool write = op == OP_WRITE;
	bool point;

	if (__builtin_expect(!self, 0))
		return;
	point = is_point(pc);
	if (point) {
		if (__builtin_expect(state.eager != 0, 0) && --state.eager == 0)
			end_eagerness();
		runtime_self = NULL;
		sched_access(self, op, address, (uint32_t)size, pc);
		leave(self, address, size, write);
	} else if (__builtin_expect(state.traced, 0)) {
		trace_plain(self, op, address, size, pc);
	} else if (__builtin_expect(state.tells_aside, 0)) {
		tell_aside(self, op, address, size, pc);
	}
	if (happens_before_counts())
		happens_before_access(
			self, address, size, write ? CELL_PLAIN_WRITE : CELL_PLAIN_READ, pc);
	else if (heap_suspects(address))
		check_freed(self, op, address, size, pc);
	if (runtime.core.live_count == 1)
		return;
	if (write) {
		note_write(self, address, size, point);
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

static void access_by_libc(enum op_kind op, uintptr_t address, size_t size, uintptr_t pc)
{
	struct thread *self = runtime_self;

	if (!self || size > RANGE_MAX)
		return;
	if (access_instrumented && instrumented_caller(pc)) {
		access(op, address, size, pc);
		if (happens_before_counts())
			return;
	} else if (op == OP_WRITE && runtime.core.spinning_count) {
		spin_note_write(&runtime.core, self, address, (uint32_t)size);
	}
	runtime_self = NULL;
	heap_check_range(self, address, size, op, pc);
	runtime_self = self;
}

void access_read_by_libc(uintptr_t address, size_t size, uintptr_t pc)
{
	access_by_libc(OP_READ, address, size, pc);
}

void access_write_by_libc(uintptr_t address, size_t size, uintptr_t pc)
{
	access_by_libc(OP_WRITE, address, size, pc);
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

void access_atomic_done(const struct atomic_done *done, bool changed)
{
	struct thread *self = runtime_self;

	if (!self)
		return;
	runtime_self = NULL;
	if (__builtin_expect(runtime.core.recorder != NULL, 0) && done->address)
		record_atomic(state.region, state.event, done->value);
	happens_before_atomic(self, done);
	if (!changed)
		core_unchanged(self);
	runtime_self = self;
}

void access_instrument(uintptr_t pc)
{
	instrumented_add(pc);
	access_instrumented = 1;
	access_told = 1;
	if (runtime_self)
		happens_before_turn_on();
}

void access_function_enter(uintptr_t pc)
{
	(void)pc;
}

void access_function_exit(void)
{
}
