/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a thread of the program is really run and stopped. Two exist. The fiber carrier runs all
 * threads on the one kernel thread that runs main; the thread carrier gives each a kernel
 * thread of its own and hands a token over. Both give a thread a real TLS block, thread control
 * block and stack made by glibc, so that pthread_self(), errno and thread_local just work.
 */
#ifndef WEFT_RUNTIME_CARRIER_CARRIER_H
#define WEFT_RUNTIME_CARRIER_CARRIER_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/core/arena.h"
#include "runtime/core/thread.h"

/* Callee-saved registers of a thread that is not running, for unwinding its stack. */
struct context {
	uint64_t sp, pc, rbp, rbx, r12, r13, r14, r15;
};

struct stack_bounds {
	uint64_t low;		 /* lowest usable byte */
	uint64_t high;		 /* one past the highest */
	uint64_t thread_pointer; /* of the thread whose stack it is */
};

static inline bool stack_bounds_hold(const struct stack_bounds *bounds, uint64_t address)
{
	return address >= bounds->low && address < bounds->high;
}

/* A thread block: where a new thread is going to live. */
struct carrier_block {
	uintptr_t handle; /* its pthread_t */
	void *carrier;	  /* becomes thread->carrier */
};

struct carrier_ops {
	const char *name;
	/*
	 * Makes thread blocks before the execution server forks; may be NULL. `stack_end` is
	 * the top of main's stack.
	 */
	void (*prepare)(struct arena *arena, uint32_t count);
	/* `main` is running on the calling kernel thread. */
	void (*adopt_main)(struct thread *main, uint64_t stack_end);
	/*
	 * Gets a block for a new thread; `attributes` is a pthread_attr_t or NULL. Returns 0 or
	 * a positive errno, as pthread_create does.
	 */
	int (*block_get)(const void *attributes, struct carrier_block *ret_block);
	/* The block becomes `thread`, which will call `entry` on its own stack when first run.
	 */
	void (*bind)(struct carrier_block *block, struct thread *thread,
		void (*entry)(struct thread *));
	/* Stops `from`, which is running, and runs `to`. Returns when `from` is run again. */
	void (*switch_to)(struct thread *from, struct thread *to);
	/*
	 * The last act of `from`: runs `to`, and never anything of the program in `from` again.
	 * Where a kernel thread has to end, it returns when block_put() was called, and `entry`
	 * returns.
	 */
	void (*finish)(struct thread *from, struct thread *to);
	/*
	 * Nobody needs the finished thread's block any more: it was joined or is detached. May
	 * be called by the finishing thread itself, before finish(); by another, its stack is
	 * free on return.
	 */
	void (*block_put)(struct thread *thread);
	/* In a forked child: the calling thread is the only one; blocks of others are gone. */
	void (*forked)(void);
	/* What gettid() says in the thread: on fibers a number that no kernel thread need have.
	 */
	uint32_t (*kernel_id)(const struct thread *thread);
	/* Of a thread that is not running. */
	void (*context)(const struct thread *thread, struct context *ret_context);
	void (*bounds)(const struct thread *thread, struct stack_bounds *ret_bounds);
};

extern const struct carrier_ops carrier_fiber;
extern const struct carrier_ops carrier_thread;

#endif
