/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The thread carrier: each thread of the program is a kernel thread, and a token, which is the
 * right to run, is handed over by futex. Slower than fibers, but a debugger sees ordinary
 * threads, and programs that ask the kernel who they are get an honest answer.
 */
#include "runtime/carrier/carrier.h"

#include <stddef.h>

#include "common/bug.h"
#include "runtime/sys/futex.h"
#include "runtime/sys/kernel_thread.h"

struct kernel_carrier {
	struct context context; /* where it stopped */
	struct thread *thread;
	void (*entry)(struct thread *);
	uintptr_t handle;
	struct stack_bounds bounds;
	uint32_t token;	      /* 1: may run */
	uint32_t released;    /* 1: may end */
	uint32_t kernel_id;   /* 0: not known yet */
	uint64_t signal_mask; /* the creator's, as POSIX says */
	int32_t process;      /* in which the kernel thread exists: not in a forked child */
	struct kernel_carrier *next_free;
};

static struct arena *carrier_arena;
static struct kernel_carrier *free_carriers;
static struct kernel_carrier *leaving; /* finished, and perhaps still on its stack */

static void prepare(struct arena *arena, uint32_t count)
{
	(void)count;
	carrier_arena = arena;
}

static void adopt_main(struct thread *main, uint64_t stack_end)
{
	struct kernel_carrier *carrier = arena_alloc(carrier_arena, sizeof(*carrier));

	carrier->thread = main;
	carrier->handle = kernel_thread_self();
	carrier->kernel_id = (uint32_t)raw_syscall(SYS_gettid);
	carrier->bounds.high = stack_end;
	carrier->bounds.thread_pointer = carrier->handle;
	main->carrier = carrier;
}

static void *run(void *argument)
{
	struct kernel_carrier *carrier = argument;

	kernel_thread_signal_stack();
	futex_publish(&carrier->kernel_id, (uint32_t)raw_syscall(SYS_gettid));
	futex_wait_until_set(&carrier->token);
	carrier->token = 0;
	kernel_signal_mask(&carrier->signal_mask);
	carrier->entry(carrier->thread);
	return NULL;
}

static int block_get(const void *attributes, struct carrier_block *ret_block)
{
	struct kernel_carrier *carrier = free_carriers;
	int result;

	if (carrier)
		free_carriers = carrier->next_free;
	else
		carrier = arena_alloc(carrier_arena, sizeof(*carrier));
	carrier->token = carrier->released = carrier->kernel_id = 0;
	carrier->signal_mask = kernel_signal_mask(NULL);
	carrier->process = (int32_t)raw_syscall(SYS_getpid);
	result = kernel_thread_start(attributes, run, carrier, &carrier->handle);
	if (result) {
		carrier->next_free = free_carriers;
		free_carriers = carrier;
		return result;
	}
	futex_wait_until_set(&carrier->kernel_id);
	kernel_thread_stack(carrier->handle, &carrier->bounds.low, &carrier->bounds.high);
	carrier->bounds.thread_pointer = carrier->handle;
	ret_block->handle = carrier->handle;
	ret_block->carrier = carrier;
	return 0;
}

static void bind(
	struct carrier_block *block, struct thread *thread, void (*entry)(struct thread *))
{
	struct kernel_carrier *carrier = block->carrier;

	carrier->thread = thread;
	carrier->entry = entry;
	thread->carrier = carrier;
}

/* Where the calling function stands, as an unwinder wants it. */
static inline __attribute__((always_inline)) void context_capture(struct context *context)
{
	__asm__ volatile("movq %%rsp, 0(%0)\n\t"
			 "leaq 0f(%%rip), %%rax\n\t"
			 "movq %%rax, 8(%0)\n\t"
			 "movq %%rbp, 16(%0)\n\t"
			 "movq %%rbx, 24(%0)\n\t"
			 "movq %%r12, 32(%0)\n\t"
			 "movq %%r13, 40(%0)\n\t"
			 "movq %%r14, 48(%0)\n\t"
			 "movq %%r15, 56(%0)\n"
			 "0:"
			 :
			 : "r"(context)
			 : "rax", "memory");
}

static void switch_to(struct thread *from, struct thread *to)
{
	struct kernel_carrier *source = from->carrier, *target = to->carrier;

	context_capture(&source->context);
	futex_set(&target->token);
	futex_wait_until_set(&source->token);
	source->token = 0;
}

static void finish(struct thread *from, struct thread *to)
{
	struct kernel_carrier *source = from->carrier, *target = to->carrier;

	context_capture(&source->context);
	futex_set(&target->token);
	futex_wait_until_set(&source->released);
}

/* The end of a kernel thread is waited for, so that what it frees is freed in a fixed order. */
static void retire(struct kernel_carrier *carrier)
{
	if (carrier->process == (int32_t)raw_syscall(SYS_getpid)) {
		futex_set(&carrier->released);
		kernel_thread_join(carrier->handle);
	}
	carrier->next_free = free_carriers;
	free_carriers = carrier;
}

static void block_put(struct thread *thread)
{
	struct kernel_carrier *carrier = thread->carrier;

	if (leaving)
		retire(leaving);
	leaving = NULL;
	if (stack_bounds_hold(
		    &carrier->bounds, (uint64_t)(uintptr_t)__builtin_frame_address(0)))
		leaving = carrier;
	else
		retire(carrier);
}

static uint32_t kernel_id(const struct thread *thread)
{
	return ((const struct kernel_carrier *)thread->carrier)->kernel_id;
}

static void forked(void)
{
	leaving = NULL;
}

static void context(const struct thread *thread, struct context *ret_context)
{
	*ret_context = ((const struct kernel_carrier *)thread->carrier)->context;
}

static void bounds(const struct thread *thread, struct stack_bounds *ret_bounds)
{
	*ret_bounds = ((const struct kernel_carrier *)thread->carrier)->bounds;
}

const struct carrier_ops carrier_thread = {
	.name = "thread",
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
