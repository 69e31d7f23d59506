/* SPDX-License-Identifier: Apache-2.0 */
/* Writes an execution's events, stacks and final state into the areas of the shared region. */
#ifndef WEFT_RUNTIME_RECORD_RECORD_H
#define WEFT_RUNTIME_RECORD_RECORD_H

#include "common/wire.h"
#include "runtime/carrier/carrier.h"
#include "runtime/core/core.h"

/* The recorder of the region; there is one per process. */
struct recorder *record_begin(struct wire_region *region, const struct carrier_ops *carrier);

/* Reserves `size` bytes at the end of an area; NULL when it is full, which is noted. */
void *record_reserve(struct wire_region *region, enum wire_area_id area, size_t size);

/*
 * Copies the top of a stack that stands at `context`; `high` is one past its last byte. Returns
 * the offset in the stacks area, or WIRE_NONE.
 */
uint32_t record_stack(struct wire_region *region, thread_id thread,
	const struct context *context, uint64_t high, uint32_t limit);

/*
 * Registers of the function that calls it. Inlined, since a frame of its own would be gone, and
 * overwritten, when the stack is copied.
 */
static inline __attribute__((always_inline)) void record_context_here(struct context *ret)
{
	__asm__ volatile("movq %%rbx, %0\n\t"
			 "movq %%r12, %1\n\t"
			 "movq %%r13, %2\n\t"
			 "movq %%r14, %3\n\t"
			 "movq %%r15, %4\n\t"
			 "movq %%rbp, %5\n\t"
			 "movq %%rsp, %6\n\t"
			 "leaq 0(%%rip), %%rax\n\t"
			 "movq %%rax, %7"
			 : "=m"(ret->rbx), "=m"(ret->r12), "=m"(ret->r13), "=m"(ret->r14),
			 "=m"(ret->r15), "=m"(ret->rbp), "=m"(ret->sp), "=m"(ret->pc)
			 :
			 : "rax");
}

/* A thread's creation path, cut where it does not fit. */
void record_path(const struct core *core, const struct thread *thread, char *path, size_t size);

/* Where a thread's memory is, and its recorded stack or WIRE_NONE. */
struct thread_place {
	struct stack_bounds bounds;
	uint32_t stack;
};

/* The core's threads and objects as they are now. `places` is by thread number. */
void record_threads(
	struct wire_region *region, const struct core *core, const struct thread_place *places);
void record_objects(struct wire_region *region, const struct core *core);

#endif
