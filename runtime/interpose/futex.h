/* SPDX-License-Identifier: Apache-2.0 */
/* Futexes, for syscall(): all operations in one, as the kernel's entry has it. */
#ifndef WEFT_RUNTIME_INTERPOSE_FUTEX_H
#define WEFT_RUNTIME_INTERPOSE_FUTEX_H

#include "runtime/interpose/thread.h"

/* The arguments of futex(2), of which each operation uses some. */
struct futex_call {
	uint32_t *word;
	int operation;
	uint32_t value;
	const struct timespec *timeout;
	uint32_t value2; /* in the place of the timeout */
	uint32_t *word2;
	uint32_t value3;
};

/* Carries it out, scheduling points included. Returns as the kernel does, a negative errno on
 * failure. */
long futex_execute(struct thread *self, const struct futex_call *call);

/* The operations on locks that the kernel knows the owner of. */
long futex_lock(struct thread *self, const struct futex_call *call);
long futex_trylock(struct thread *self, const struct futex_call *call);
long futex_unlock(struct thread *self, const struct futex_call *call);

/*
 * Waiting at one word to be moved to the lock at another, as condition variables of
 * priority-inheriting mutexes do; and moving those who do.
 */
long futex_wait_requeue(struct thread *self, const struct futex_call *call);
long futex_requeue_to_lock(struct thread *self, const struct futex_call *call);

/* Whether one of the waiters is to be moved to a lock: it can't be woken in another way. */
bool futex_waits_for_lock(const struct object *object);

/* The core's object of a futex word, shared or private. */
struct object *futex_object(const uint32_t *word);

/*
 * The deadline of a call whose timeout is absolute, on the clock that its flags name. Returns 0
 * or -EINVAL; no timeout is DEADLINE_NEVER.
 */
long futex_deadline(const struct futex_call *call, clockid_t clock, uint64_t *ret_deadline_ns);

#endif
