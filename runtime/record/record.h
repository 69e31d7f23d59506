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
 * The access of the event `index` is about to be carried out, and nobody else runs until its
 * thread comes to the next hook: keeps what is there now, and what a read will see. What a
 * write leaves there is looked at by record_settle(), which the next event calls.
 */
void record_access(struct wire_region *region, uint32_t index, uint64_t address, uint32_t size,
	bool write);

/* An atomic operation left `value` there, or saw it. */
void record_atomic(struct wire_region *region, uint32_t index, uint64_t value);

/* An access that is no scheduling point; `size` is that of the access. */
struct aside {
	uint64_t address;
	uint64_t pc;
	uint32_t size;
	enum op_kind op;
};

/*
 * Has what threads do between their scheduling points recorded as well (WIRE_RECORD_ACCESSES).
 * `instrumented`: the program tells its accesses by record_aside(); else record_changes() finds
 * what they left.
 */
void record_aside_begin(struct wire_region *region, int instrumented);

/* The running thread is about to carry out an access that is no scheduling point. */
void record_aside(
	struct recorder *recorder, const struct thread *thread, const struct aside *access);

/* Static variables that changed since the last call: `thread` did it. */
void record_changes(thread_id thread);

/* Keeps the values of an access that is about to be carried out in its record. */
void record_values(struct wire_event *event, bool write);

/*
 * The running thread has come to a hook, so its last plain write is done: looks at what that
 * has left. To be called before others run, and before the thread touches memory again.
 */
void record_settle(void);

/* The execution ends by a fault at `address`: a write that caused it has left nothing. */
void record_fault(uint64_t address);

/* What of a stack is kept: from its stack pointer on, at most `limit` bytes. */
struct stack_part {
	uint64_t mapped; /* the first byte that can be read; those below it are kept as zero */
	uint64_t high;	 /* one past the last byte */
	uint32_t limit;
};

/*
 * Copies the top of a stack that stands at `context`, as much as there is room for. Returns the
 * offset in the stacks area, or WIRE_NONE.
 */
uint32_t record_stack(struct wire_region *region, thread_id thread,
	const struct context *context, const struct stack_part *part);

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
