/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cancellation. A call that POSIX makes a cancellation point says cancel_point() before it does
 * anything, makes its waits interruptible, and says cancel_interrupted() when one was. Both are
 * called inside the runtime and do not return when the thread is cancelled: what is held by the
 * hook for the program, like the mutex of a condition wait, must be in its final state before.
 */
#ifndef WEFT_RUNTIME_INTERPOSE_CANCEL_H
#define WEFT_RUNTIME_INTERPOSE_CANCEL_H

#include "runtime/interpose/thread.h"

/* Whether a request is pending and may act at a cancellation point. */
static inline bool cancel_due(const struct thread *self)
{
	return self->cancelled;
}

void cancel_point(struct thread *self);

/*
 * A wait ended with WAIT_INTERRUPTED: cancels, or runs the handlers of the signals that came.
 * Returns whether the call is to fail with EINTR; otherwise it goes on.
 */
bool cancel_interrupted(struct thread *self);

#endif
