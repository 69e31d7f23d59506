/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Futexes that are locks: the word is the owner's thread id, with a bit that tells user code to
 * call the kernel because someone waits. An unlock hands the lock to one of those.
 */
#include <errno.h>
#include <linux/futex.h>

#include "runtime/engine/happens_before.h"
#include "runtime/engine/sched.h"
#include "runtime/interpose/cancel.h"
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

static void hand_over(uint32_t *word, struct object *object, struct thread *next, bool others)
{
	word_set(word, thread_kernel_id(next) | (others ? FUTEX_WAITERS : 0));
	next->wait.key = KEY_OWNER;
	object_hold(&runtime.core, object, next);
	core_wake(&runtime.core, next, WAIT_WOKEN);
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
	hand_over(call->word, object, next, waiting > 1);
	return 0;
}

bool futex_waits_for_lock(const struct object *object)
{
	struct thread *waiter;

	for (uint32_t i = 0; (waiter = core_waiter(object, i)); i++)
		if (thread_program(waiter)->requeued_to)
			return true;
	return false;
}

long futex_wait_requeue(struct thread *self, const struct futex_call *call)
{
	clockid_t clock =
		call->operation & FUTEX_CLOCK_REALTIME ? CLOCK_REALTIME : CLOCK_MONOTONIC;
	struct program_thread *program = thread_program(self);
	struct object *object = futex_object(call->word);
	enum wait_result woken;
	uint64_t deadline_ns;
	long result = futex_deadline(call, clock, &deadline_ns);

	if (result || call->word == call->word2)
		return -EINVAL;
	sched_point(self, OP_FUTEX_WAIT, object);
	do {
		if (word_get(call->word) != call->value) {
			core_unchanged(self);
			return -EAGAIN;
		}
		program->requeued_to = call->word2;
		self->wait.key = FUTEX_BITSET_MATCH_ANY;
		self->wait.interruptible = true;
		woken = sched_wait(self, object, deadline_ns);
		program->requeued_to = NULL;
		/* Like the kernel, a handler lets the call start over. */
		if (woken == WAIT_INTERRUPTED)
			cancel_interrupted(self);
	} while (woken == WAIT_INTERRUPTED);
	if (woken == WAIT_TIMED_OUT)
		return -ETIMEDOUT;
	happens_before_acquire(self, futex_object(call->word2));
	return 0;
}

static bool all_wait_for(const struct object *object, const uint32_t *word)
{
	struct thread *waiter;

	for (uint32_t i = 0; (waiter = core_waiter(object, i)); i++)
		if (thread_program(waiter)->requeued_to != word)
			return false;
	return true;
}

/* From now on it waits for the lock, and no handler takes it back from there. */
static void move_to_lock(struct thread *waiter, struct object *lock, uint32_t *word)
{
	note_owner(lock, word_get(word));
	word_set(word, word_get(word) | FUTEX_WAITERS);
	waiter->wait.key = 0;
	waiter->wait.interruptible = false;
	core_move(waiter, lock);
}

long futex_requeue_to_lock(struct thread *self, const struct futex_call *call)
{
	struct object *from = futex_object(call->word), *lock = futex_object(call->word2);
	long count = 0;

	if (call->value != 1 || (int32_t)call->value2 < 0 || from == lock)
		return -EINVAL;
	sched_point(self, OP_FUTEX_WAKE, from);
	if (word_get(call->word) != call->value3) {
		core_unchanged(self);
		return -EAGAIN;
	}
	if (!all_wait_for(from, call->word2))
		return -EINVAL;
	happens_before_release(self, lock);
	if (core_waiter_count(from) && !(word_get(call->word2) & FUTEX_TID_MASK)) {
		hand_over(call->word2, lock, core_waiter(from, 0), core_waiter_count(lock));
		count++;
	}
	for (uint32_t moved = 0; moved < call->value2 && core_waiter_count(from); moved++) {
		move_to_lock(core_waiter(from, 0), lock, call->word2);
		count++;
	}
	if (count == 0)
		core_unchanged(self);
	return count;
}
