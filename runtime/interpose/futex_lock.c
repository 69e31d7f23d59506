/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Futexes that are locks: the word is the owner's thread id, with a bit that tells user code to
 * call the kernel because someone waits. An unlock hands the lock to one of those.
 */
#include <errno.h>
#include <linux/futex.h>

#include "runtime/engine/happens_before.h"
#include "runtime/engine/sched.h"
#include "runtime/interpose/futex.h"

/* A waiter's key: it was made the owner. */
#define KEY_OWNER 1u

static uint32_t word_get(const uint32_t *word)
{
	return __atomic_load_n(word, __ATOMIC_SEQ_CST);
}

static void word_set(uint32_t *word, uint32_t value)
{
	__atomic_store_n(word, value, __ATOMIC_SEQ_CST);
}

/* Returns 0, -EDEADLK, or -EAGAIN when another has it. */
static long take(struct thread *self, const struct futex_call *call, struct object *object)
{
	uint32_t id = thread_kernel_id(self);
	uint32_t word = word_get(call->word);

	if ((word & FUTEX_TID_MASK) == id)
		return -EDEADLK;
	if (word & FUTEX_TID_MASK)
		return -EAGAIN;
	word_set(call->word, id | (core_waiter_count(object) ? FUTEX_WAITERS : 0));
	object_hold(&runtime.core, object, self);
	happens_before_acquire(self, object);
	return 0;
}

/* User code may have taken the free word by itself: for reports, the owner is made known. */
static void note_owner(struct object *object, uint32_t word)
{
	for (uint32_t i = 0; i < runtime.core.thread_count && !object->holder_count; i++) {
		struct thread *thread = runtime.core.threads[i];

		if (thread->state != THREAD_FINISHED &&
			thread_kernel_id(thread) == (word & FUTEX_TID_MASK))
			object_hold(&runtime.core, object, thread);
	}
}

long futex_lock(struct thread *self, const struct futex_call *call)
{
	bool monotonic = (call->operation & FUTEX_CMD_MASK) == FUTEX_LOCK_PI2 &&
			 !(call->operation & FUTEX_CLOCK_REALTIME);
	struct object *object = futex_object(call->word);
	uint64_t deadline_ns;
	long result = futex_deadline(
		call, monotonic ? CLOCK_MONOTONIC : CLOCK_REALTIME, &deadline_ns);

	if (result)
		return result;
	sched_point(self, OP_FUTEX_LOCK, object);
	result = take(self, call, object);
	if (result != -EAGAIN)
		return result;
	note_owner(object, word_get(call->word));
	self->wait.key = 0;
	do {
		word_set(call->word, word_get(call->word) | FUTEX_WAITERS);
		if (sched_wait(self, object, deadline_ns) == WAIT_TIMED_OUT)
			return -ETIMEDOUT;
	} while (self->wait.key != KEY_OWNER);
	happens_before_acquire(self, object);
	return 0;
}

long futex_trylock(struct thread *self, const struct futex_call *call)
{
	struct object *object = futex_object(call->word);
	long result;

	sched_point(self, OP_FUTEX_LOCK, object);
	result = take(self, call, object);
	if (result)
		core_unchanged(self);
	return result;
}

long futex_unlock(struct thread *self, const struct futex_call *call)
{
	struct object *object = futex_object(call->word);
	uint32_t waiting, chosen = 0;
	struct thread *next;

	sched_point(self, OP_FUTEX_UNLOCK, object);
	if ((word_get(call->word) & FUTEX_TID_MASK) != thread_kernel_id(self))
		return -EPERM;
	object_release(&runtime.core, object, self->id);
	happens_before_release(self, object);
	waiting = core_waiter_count(object);
	if (!waiting) {
		word_set(call->word, 0);
		return 0;
	}
	if (waiting > 1)
		chosen = core_draw(&runtime.core, self, WIRE_DECISION_WAKE, waiting);
	next = core_waiter(object, chosen);
	word_set(call->word, thread_kernel_id(next) | (waiting > 1 ? FUTEX_WAITERS : 0));
	next->wait.key = KEY_OWNER;
	object_hold(&runtime.core, object, next);
	core_wake(&runtime.core, next, WAIT_WOKEN);
	return 0;
}
