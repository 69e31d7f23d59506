/* SPDX-License-Identifier: Apache-2.0 */
/* Verdicts about the heap, and how sure one has to be of them; see heap_report.h. */
#include "runtime/engine/heap_report.h"

#include "runtime/engine/ending.h"
#include "runtime/record/record.h"
#include "runtime/sys/modules.h"

/* Blocks looked at in one execution to tell what an unknown one is. */
#define LOOKS_MAX (UINT64_C(16) << 20)

/* The last block that the watched address was in: its stacks. */
struct watched {
	uint64_t address; /* of the block, 0: there was none */
	uint32_t alloc_stack;
	uint32_t free_stack;
	uint32_t free_event; /* events recorded before the free */
};

static struct {
	struct wire_region *region;
	const struct blocks *blocks;
	uint64_t allocator_code;
	struct watched watched;
	uint64_t looks_left;
} state;

void heap_report_begin(
	struct wire_region *region, const struct blocks *blocks, uint64_t allocator_code)
{
	state.region = region;
	state.blocks = blocks;
	state.allocator_code = allocator_code;
	state.watched = (struct watched){
		.alloc_stack = WIRE_NONE, .free_stack = WIRE_NONE, .free_event = WIRE_NONE
	};
	state.looks_left = LOOKS_MAX;
}

void heap_report_watch(struct thread *self, const struct block *block, bool freed)
{
	struct recorder *recorder = runtime.core.recorder;
	uint64_t address = state.region->request.watch_block;

	/* A block without a byte is watched by its address. */
	if (!address || (address != block->address && address - block->address >= block->size))
		return;
	if (freed) {
		state.watched.free_stack = recorder->stack(recorder, self);
		state.watched.free_event =
			(uint32_t)(state.region->areas[WIRE_AREA_EVENTS].length /
				   sizeof(struct wire_event));
		return;
	}
	state.watched.address = block->address;
	state.watched.alloc_stack = recorder->stack(recorder, self);
	state.watched.free_stack = WIRE_NONE;
}

static struct wire_block *tell(const struct block *block)
{
	struct wire_block *out = record_reserve(state.region, WIRE_AREA_BLOCKS, sizeof(*out));
	const struct watched *watched = &state.watched;
	bool freed = block->state == BLOCK_FREED;

	if (!out)
		return NULL;
	*out = (struct wire_block){
		.address = block->address,
		.size = block->size,
		.alloc_pc = block->alloc_pc,
		.free_pc = freed ? block->free_pc : 0,
		.alloc_thread = block->alloc_thread,
		.free_thread = freed ? block->free_thread : WIRE_NONE,
		.alloc_stack = WIRE_NONE,
		.free_stack = WIRE_NONE,
		.free_event = WIRE_NONE,
	};
	if (watched->address == block->address) {
		out->alloc_stack = watched->alloc_stack;
		out->free_stack = freed ? watched->free_stack : WIRE_NONE;
		out->free_event = freed ? watched->free_event : WIRE_NONE;
	}
	return out;
}

/* The failure's block comes first: those of races told before are not needed any more. */
static struct wire_block *tell_first(const struct block *block)
{
	state.region->areas[WIRE_AREA_BLOCKS].length = 0;
	return tell(block);
}

static _Noreturn void fail(
	struct thread *self, enum wire_verdict verdict, const struct freed_access *access)
{
	struct wire_result *result = runtime.core.result;

	core_fail(&runtime.core, verdict, self);
	result->value = (int32_t)access->op;
	result->pc = access->pc;
	result->fault_address = access->address;
	execution_end(self);
}

_Noreturn void heap_report_access(
	struct thread *self, const struct block *block, const struct freed_access *access)
{
	struct wire_block *out = tell_first(block);

	if (out) {
		out->access_address = access->address;
		out->access_size = access->size;
	}
	fail(self, WIRE_VERDICT_USE_AFTER_FREE, access);
}

_Noreturn void heap_report_double_free(
	struct thread *self, const struct block *block, uint64_t pc)
{
	struct freed_access access = { .address = block->address, .pc = pc, .op = OP_NONE };
	struct wire_block *out = tell_first(block);

	if (out)
		out->access_address = block->address;
	fail(self, WIRE_VERDICT_DOUBLE_FREE, &access);
}

static _Noreturn void invalid_free(struct thread *self, const struct block *block,
	uint64_t address, uint64_t pc, enum wire_block_place place)
{
	struct freed_access access = { .address = address, .pc = pc, .op = OP_NONE };
	struct wire_block *out = tell_first(block);

	if (out) {
		out->access_address = address;
		out->place = place;
	}
	fail(self, WIRE_VERDICT_INVALID_FREE, &access);
}

/* In a frame of a living thread: above its stack pointer, where no block can begin. */
static bool on_stack(const struct thread *self, uint64_t address)
{
	uint64_t here = (uint64_t)(uintptr_t)__builtin_frame_address(0);

	for (uint32_t i = 0; i < runtime.core.thread_count; i++) {
		const struct thread *thread = runtime.core.threads[i];
		struct stack_bounds bounds;
		struct context context = { .sp = here };

		if (thread->state == THREAD_FINISHED || !thread->carrier)
			continue;
		runtime.carrier->bounds(thread, &bounds);
		if (!stack_bounds_hold(&bounds, address))
			continue;
		if (thread != self)
			runtime.carrier->context(thread, &context);
		/* Else it runs on a stack of its own making. */
		return stack_bounds_hold(&bounds, context.sp) && address >= context.sp;
	}
	return false;
}

/* A variable of a module; but for an allocator's own, which may hold its first blocks. */
static bool is_static(uint64_t address)
{
	struct module_bounds module;

	return module_around(address, &module) && !module_holds(&module, state.allocator_code);
}

void heap_report_unknown(struct thread *self, uint64_t address, uint64_t pc, bool unseen)
{
	struct block nothing = { .address = address, .alloc_thread = WIRE_NONE };
	const struct block *around;

	if (on_stack(self, address))
		invalid_free(self, &nothing, address, pc, WIRE_BLOCK_STACK);
	if (is_static(address))
		invalid_free(self, &nothing, address, pc, WIRE_BLOCK_STATIC);
	around = blocks_around(state.blocks, address, &state.looks_left);
	if (around && (!unseen || around->state == BLOCK_FREED))
		invalid_free(self, around, address, pc, WIRE_BLOCK_MIDDLE);
}

void heap_report_around(uint64_t address)
{
	const struct block *block = blocks_around(state.blocks, address, &state.looks_left);

	if (block)
		tell(block);
}
