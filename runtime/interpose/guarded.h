/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls of the program's routines from inside a hook that have to be undone when the routine is
 * left by a C++ exception, by cancellation or by pthread_exit(). The runtime is C and links no
 * unwinder: the frame of the call carries a personality routine of its own, which undoes in
 * passing.
 */
#ifndef WEFT_RUNTIME_INTERPOSE_GUARDED_H
#define WEFT_RUNTIME_INTERPOSE_GUARDED_H

#include "runtime/interpose/thread.h"

/* One such call; lives on the stack of the hook that makes it. */
struct guarded_call {
	void (*undo)(struct thread *self, void *argument); /* inside the runtime */
	void *argument;
	struct guarded_call *outer;
};

/*
 * Leaves the runtime, calls the routine, and enters again; `self` and the call's pc are as
 * before. Does not return when the routine is left otherwise: then call->undo has run.
 */
void guarded_run(struct thread *self, struct guarded_call *call, void (*routine)(void));

#endif
