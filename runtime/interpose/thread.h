/* SPDX-License-Identifier: Apache-2.0 */
/* What the interposition layer keeps of each thread of the program, in thread->program. */
#ifndef WEFT_RUNTIME_INTERPOSE_THREAD_H
#define WEFT_RUNTIME_INTERPOSE_THREAD_H

#include "runtime/interpose/hook.h"

struct guarded_call;
struct queued_signal;

struct program_thread {
	void *(*start)(void *); /* or a C11 one: */
	int (*start_c11)(void *);
	void *argument;
	void *result;
	pthread_t handle;
	bool detached;
	bool joined;	       /* nobody may join it any more */
	struct thread *joiner; /* waits for its end now */

	/* Cancellation; see cancel.h. */
	bool cancel_pending;
	bool cancel_disabled;
	bool cancel_asynchronous;
	bool ending; /* unwinding, or past its start routine: nothing cancels it */

	struct guarded_call *guarded; /* innermost first; see guarded.h */
	const uint32_t *requeued_to;  /* the lock that its futex wait is to be moved to */
	uint32_t robust_count;	      /* robust mutexes that it holds */

	/* Signals; see signal.h. */
	uint64_t signals_blocked;
	struct queued_signal *signals;
	bool mask_changed; /* by itself: a signal that comes of it interrupts nothing */
	bool restarts;	   /* every handler that ran in the last wait lets the call go on */
	uint32_t handlers; /* that run now, one inside the other */
	uint64_t blocked_before_handlers; /* the mask before the outermost */

	/* Alternate stacks; see signal_action.c. */
	bool has_signal_stack;
	stack_t signal_stack; /* the program's */
	stack_t watch_stack;  /* the runtime's, for the thread carrier */

	/* What schedulers would go by; see thread_property.c. */
	int policy;
	int priority;
	bool named; /* thread->name was given by the program, and may be empty */
	bool affinity_set;
	cpu_set_t affinity;
};

/* The thread of that handle that is neither joined nor detached and ended; NULL: none. */
struct thread *thread_by_handle(pthread_t handle);

/* The state of `thread`. */
struct program_thread *thread_program(struct thread *thread);

/*
 * A new thread with `attributes` (NULL: the defaults), created by `self`. Returns 0 or a
 * positive errno.
 */
int thread_create(
	struct thread *self, const pthread_attr_t *attributes, struct program_thread *program);

/* From now on nothing cancels `self`. */
void thread_ends(struct thread *self);

/* In the program's context: unwinds the stack, cleanup handlers and destructors included, and
 * ends. */
_Noreturn void thread_unwind(struct thread *self);

/* Each returns 0 or a positive errno, as its POSIX namesake does. */
int thread_join(struct thread *self, pthread_t handle, void **ret_value, uint64_t deadline_ns);
int thread_detach(struct thread *self, pthread_t handle);

/* Called when weft takes charge: main's state, which it has from the process. */
void thread_adopt_main(struct thread *self);

/* main() under weft: ends main's thread alone when it calls pthread_exit(). */
int thread_run_main(
	int (*routine)(int, char **, char **), int argc, char **argv, char **environment);

/* The process ends: notes the threads that ended and that nobody joined or detached. */
void threads_check_leaks(void);

/* What the kernel would call the thread; the calling thread's own is gettid(). */
uint32_t thread_kernel_id(const struct thread *thread);

#endif
