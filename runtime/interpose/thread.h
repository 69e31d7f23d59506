/* SPDX-License-Identifier: Apache-2.0 */
/* What the interposition layer keeps of each thread of the program, in thread->program. */
#ifndef WEFT_RUNTIME_INTERPOSE_THREAD_H
#define WEFT_RUNTIME_INTERPOSE_THREAD_H

#include "runtime/interpose/hook.h"

struct program_thread {
	void *(*start)(void *);
	void *argument;
	void *result;
	pthread_t handle;
	bool detached;
	bool joined; /* or being joined */
};

/* The thread of that handle that is neither joined nor detached and ended; NULL: none. */
struct thread *thread_by_handle(pthread_t handle);

/* The state of `thread`; main's is made at its first use. */
struct program_thread *thread_program(struct thread *thread);

#endif
