/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What hooks ask of the scheduler, in terms of "here I am, about to do this" and "I can't go on
 * until that". Each call may switch to other threads of the program and return much later.
 * `self` is what runtime_enter() gave.
 */
#ifndef WEFT_RUNTIME_ENGINE_SCHED_H
#define WEFT_RUNTIME_ENGINE_SCHED_H

#include <stdint.h>

#include "runtime/engine/runtime.h"

/* The scheduling point before an operation on an object (or NULL). */
void sched_point(struct thread *self, enum op_kind op, struct object *object);

/* Runs `next`, which is not `self`; NULL: whoever can, which may turn out to be `self`. */
void sched_leave(struct thread *self, struct thread *next);

/* The scheduling point before an access to plain memory or an atomic. */
static inline void sched_access(
	struct thread *self, enum op_kind op, uint64_t address, uint32_t size, uint64_t pc)
{
	struct thread *next = core_access(&runtime.core, self, op, address, size, pc);

	if (next != self)
		sched_leave(self, next);
}

/*
 * Waits in the object's queue until it lets the thread through, the virtual clock reaches
 * `deadline_ns` (DEADLINE_NEVER: no limit), or the wait is interrupted. Set self->wait.mode and
 * .key before where the kind needs them.
 */
enum wait_result sched_wait(struct thread *self, struct object *object, uint64_t deadline_ns);

/* How something is to be acquired. */
struct acquisition {
	/* Returns 0, EBUSY when it has to be waited for, or another errno. */
	int (*try)(struct thread *self, struct object *object);
	uint64_t deadline_ns; /* or DEADLINE_NEVER */
	enum op_kind op;
	uint32_t mode;	    /* for self->wait.mode */
	int limit_error;    /* not 0: returned instead of waiting, as for an invalid time */
	bool interruptible; /* by cancellation and signals; others have their handlers run */
};

/*
 * Point, then tries until it is not EBUSY, waiting in between. `try` returns 0 or a positive
 * errno. A deadline that passes gives ETIMEDOUT, an interruption EINTR; the object is tried
 * once more first.
 */
int sched_acquire(struct thread *self, struct object *object, const struct acquisition *what);

/* The thread has nothing to do: the point, then another thread when there is one. */
void sched_yield_to_others(struct thread *self, enum op_kind op);

/* Sleeps until the virtual clock reaches the deadline. Returns as sched_wait(). */
enum wait_result sched_sleep(struct thread *self, uint64_t deadline_ns);

/*
 * The thread has ended: runs others for ever. `nobody_joins`: it is detached, its block can be
 * used again. Does not return on the fiber carrier.
 */
void sched_finish(struct thread *self, const bool *nobody_joins);

/* Virtual time in nanoseconds since the start of the execution; each look moves it on a little.
 */
uint64_t sched_now(struct thread *self);

/* The execution is over with this verdict, found at `self`. Does not return. */
_Noreturn void sched_fail(struct thread *self, enum wire_verdict verdict, const char *message);

#endif
