/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fiber carrier: all threads on the kernel thread that runs main. A thread block is a real
 * kernel thread that parks for ever at the top of its stack, and the fiber runs below it;
 * blocks made before the execution server forks live on in the child as memory, which is all
 * that is needed of them.
 */
#include "runtime/carrier/carrier.h"

#include <stddef.h>
#include <sys/auxv.h>

#include "common/bug.h"
#include "runtime/carrier/fiber_switch.h"
#include "runtime/sys/futex.h"
#include "runtime/sys/kernel_thread.h"

/* Room for the parked kernel thread's own frames, above the fiber. */
#define PARKING_SPACE 1024u
/* Bit 1 of AT_HWCAP2: the kernel lets user code write the FS base (Linux 5.9). */
#define HWCAP2_FSGSBASE 2u

int fiber_has_fsgsbase;

struct fiber {
	uint64_t sp;
	uintptr_t thread_pointer;
	uintptr_t handle;
	uint64_t stack_top;
	struct stack_bounds bounds;
	struct fiber *next_free;
	void (*entry)(struct thread *);
	uint32_t parked;
	uint32_t released;
	int32_t process; /* in which its kernel thread exists */
	bool used;	 /* its TLS has been another thread's */
	bool reusable;	 /* has the default attributes */
};

static struct arena *fiber_arena;
static struct fiber *free_fibers;
static struct fiber *leaving;

static void *park(void *argument)
{
	struct fiber *fiber = argument;

	fiber->thread_pointer = thread_pointer_get();
	fiber->handle = kernel_thread_self();
	fiber->stack_top = (uint64_t)(uintptr_t)__builtin_frame_address(0) - PARKING_SPACE;
	futex_set(&fiber->parked);
	futex_wait_until_set(&fiber->released);
	return NULL;
}

static int fiber_new(const void *attributes, struct fiber **ret_fiber)
{
	struct fiber *fiber = arena_alloc(fiber_arena, sizeof(*fiber));
	uintptr_t handle;
	int result = kernel_thread_start(attributes, park, fiber, &handle);

	if (result)
		return result;
	futex_wait_until_set(&fiber->parked);
	kernel_thread_stack(handle, &fiber->bounds.low, &fiber->bounds.high);
	fiber->bounds.thread_pointer = fiber->thread_pointer;
	fiber->reusable = !attributes;
	fiber->process = (int32_t)raw_syscall(SYS_getpid);
	*ret_fiber = fiber;
	return 0;
}

static void prepare(struct arena *arena, uint32_t count)
{
	fiber_arena = arena;
	fiber_has_fsgsbase = (getauxval(AT_HWCAP2) & HWCAP2_FSGSBASE) != 0;
	for (uint32_t i = 0; i < count; i++) {
		struct fiber *fiber;

		if (fiber_new(NULL, &fiber))
			return;
		fiber->next_free = free_fibers;
		free_fibers = fiber;
	}
}

static void adopt_main(struct thread *main, uint64_t stack_end)
{
	struct fiber *fiber = arena_alloc(fiber_arena, sizeof(*fiber));

	fiber->thread_pointer = thread_pointer_get();
	fiber->handle = kernel_thread_self();
	fiber->bounds.high = stack_end;
	fiber->bounds.thread_pointer = fiber->thread_pointer;
	main->carrier = fiber;
}

static int block_get(const void *attributes, struct carrier_block *ret_block)
{
	struct fiber *fiber = attributes ? NULL : free_fibers;

	if (fiber) {
		free_fibers = fiber->next_free;
	} else {
		int result = fiber_new(attributes, &fiber);

		if (result)
			return result;
	}
	ret_block->handle = fiber->handle;
	ret_block->carrier = fiber;
	return 0;
}

/* Runs on the new fiber's own stack. */
static void begin(struct thread *thread)
{
	struct fiber *fiber = thread->carrier;

	if (fiber->used)
		thread_local_storage_reset();
	fiber->used = true;
	fiber->entry(thread);
	BUG_ON(true);
}

static void bind(
	struct carrier_block *block, struct thread *thread, void (*entry)(struct thread *))
{
	struct fiber *fiber = block->carrier;
	uint64_t top = (fiber->stack_top & ~(uint64_t)15) - sizeof(uint64_t) * 2;
	struct fiber_frame *frame =
		(struct fiber_frame *)(uintptr_t)(top - sizeof(struct fiber_frame));

	fiber->entry = entry;
	__asm__("stmxcsr %0" : "=m"(frame->mxcsr));
	__asm__("fnstcw %0" : "=m"(frame->x87_control));
	frame->rbp = frame->rbx = frame->r14 = frame->r15 = 0;
	frame->r12 = (uint64_t)(uintptr_t)begin;
	frame->r13 = (uint64_t)(uintptr_t)thread;
	frame->pc = (uint64_t)(uintptr_t)fiber_begin;
	fiber->sp = (uint64_t)(uintptr_t)frame;
	thread->carrier = fiber;
}

static void switch_to(struct thread *from, struct thread *to)
{
	struct fiber *source = from->carrier, *target = to->carrier;

	fiber_switch(&source->sp, target->sp, target->thread_pointer);
}

static void finish(struct thread *from, struct thread *to)
{
	switch_to(from, to);
	BUG_ON(true);
}

/* The kernel thread of a block with its own attributes ends for real and takes the stack with
 * it. */
static void retire(struct fiber *fiber)
{
	if (fiber->process != (int32_t)raw_syscall(SYS_getpid))
		return;
	futex_set(&fiber->released);
	kernel_thread_join(fiber->handle);
}

static void block_put(struct thread *thread)
{
	struct fiber *fiber = thread->carrier;

	if (fiber->reusable) {
		fiber->next_free = free_fibers;
		free_fibers = fiber;
		return;
	}
	if (leaving)
		retire(leaving);
	leaving = NULL;
	/* The finishing thread itself still stands on that stack: then it is the next one's to
	 * do. */
	if (stack_bounds_hold(&fiber->bounds, (uint64_t)(uintptr_t)__builtin_frame_address(0)))
		leaving = fiber;
	else
		retire(fiber);
}

/* Only the process that runs is sure to exist; its threads are told apart by their numbers. */
static uint32_t kernel_id(const struct thread *thread)
{
	return (uint32_t)raw_syscall(SYS_getpid) + thread->id;
}

/* glibc hands the stacks of threads that a fork left behind to new threads. */
static void forked(void)
{
	free_fibers = NULL;
	leaving = NULL;
}

static void context(const struct thread *thread, struct context *ret_context)
{
	const struct fiber *fiber = thread->carrier;
	const struct fiber_frame *frame = (const struct fiber_frame *)(uintptr_t)fiber->sp;

	ret_context->sp = fiber->sp + sizeof(*frame);
	ret_context->pc = frame->pc;
	ret_context->rbp = frame->rbp;
	ret_context->rbx = frame->rbx;
	ret_context->r12 = frame->r12;
	ret_context->r13 = frame->r13;
	ret_context->r14 = frame->r14;
	ret_context->r15 = frame->r15;
}

static void bounds(const struct thread *thread, struct stack_bounds *ret_bounds)
{
	*ret_bounds = ((const struct fiber *)thread->carrier)->bounds;
}

const struct carrier_ops carrier_fiber = {
	.name = "fiber",
	.prepare = prepare,
	.adopt_main = adopt_main,
	.block_get = block_get,
	.bind = bind,
	.switch_to = switch_to,
	.finish = finish,
	.block_put = block_put,
	.forked = forked,
	.kernel_id = kernel_id,
	.context = context,
	.bounds = bounds,
};
