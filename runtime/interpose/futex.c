/* SPDX-License-Identifier: Apache-2.0 */
/* Futexes: waiting, waking, requeueing. See futex(2); the bit operations are from
 * linux/futex.h. */
#include "runtime/interpose/futex.h"

#include <errno.h>
#include <linux/futex.h>

#include "runtime/engine/happens_before.h"
#include "runtime/engine/heap.h"
#include "runtime/engine/sched.h"
#include "runtime/interpose/cancel.h"
#include "runtime/interpose/deadline.h"

#define NS_PER_S UINT64_C(1000000000)

struct object *futex_object(const uint32_t *word)
{
	return object_get(&runtime.core, (uint64_t)(uintptr_t)word, WIRE_OBJECT_FUTEX);
}

long futex_deadline(const struct futex_call *call, clockid_t clock, uint64_t *ret_deadline_ns)
{
	*ret_deadline_ns = DEADLINE_NEVER;
	if (!call->timeout)
		return 0;
	if (call->timeout->tv_sec < 0)
		return -EINVAL;
	return -deadline_from(clock, call->timeout, ret_deadline_ns);
}

/* FUTEX_WAIT's timeout is relative, on the monotonic clock. */
static long relative_deadline(const struct futex_call *call, uint64_t *ret_deadline_ns)
{
	uint64_t duration_ns;
	long result = futex_deadline(call, CLOCK_MONOTONIC, &duration_ns);

	*ret_deadline_ns = DEADLINE_NEVER;
	if (result == 0 && duration_ns != DEADLINE_NEVER)
		*ret_deadline_ns = runtime.core.now_ns + duration_ns;
	return result;
}

static long wait_for(
	struct thread *self, const struct futex_call *call, uint32_t bits, uint64_t deadline_ns)
{
	struct object *object = futex_object(call->word);
	enum wait_result woken;

	if (!bits)
		return -EINVAL;
	sched_point(self, OP_FUTEX_WAIT, object);
	do {
		if (__atomic_load_n(call->word, __ATOMIC_SEQ_CST) != call->value) {
			core_unchanged(self);
			return -EAGAIN;
		}
		self->wait.key = bits;
		self->wait.interruptible = true;
		woken = sched_wait(self, object, deadline_ns);
	} while (woken == WAIT_INTERRUPTED && !cancel_interrupted(self));
	if (woken == WAIT_INTERRUPTED)
		return -EINTR;
	happens_before_acquire(self, object);
	return woken == WAIT_TIMED_OUT ? -ETIMEDOUT : 0;
}

/* The n-th waiter that `bits` wakes, or NULL; futexes with an owner have waiters of their own.
 */
static struct thread *matching_waiter(const struct object *object, uint32_t bits, uint32_t n)
{
	struct thread *waiter;

	for (uint32_t i = 0; (waiter = core_waiter(object, i)); i++)
		if ((waiter->wait.key & bits) && n-- == 0)
			return waiter;
	return NULL;
}

static uint32_t matching_count(const struct object *object, uint32_t bits)
{
	struct thread *waiter;
	uint32_t count = 0;

	for (uint32_t i = 0; (waiter = core_waiter(object, i)); i++)
		count += (waiter->wait.key & bits) != 0;
	return count;
}

/* Who among several is woken is for the strategy to say: the kernel promises no order. */
static long wake(struct thread *self, struct object *object, uint32_t limit, uint32_t bits)
{
	uint32_t matching = matching_count(object, bits);
	uint32_t woken = 0;

	happens_before_release(self, object);
	while (woken < limit && matching > 0) {
		uint32_t chosen = 0;

		if (matching > limit - woken && matching > 1)
			chosen = core_draw(&runtime.core, self, WIRE_DECISION_WAKE, matching);
		core_wake(&runtime.core, matching_waiter(object, bits, chosen), WAIT_WOKEN);
		matching--;
		woken++;
	}
	return woken;
}

static long wake_call(struct thread *self, const struct futex_call *call, uint32_t bits)
{
	struct object *object = futex_object(call->word);
	long result;

	if (!bits)
		return -EINVAL;
	sched_point(self, OP_FUTEX_WAKE, object);
	if (futex_waits_for_lock(object))
		return -EINVAL;
	result = wake(self, object, call->value, bits);
	if (result == 0)
		core_unchanged(self);
	return result;
}

static long requeue(struct thread *self, const struct futex_call *call, bool compare)
{
	struct object *from = futex_object(call->word), *to = futex_object(call->word2);
	struct thread *waiter;
	long count;

	if ((int32_t)call->value < 0 || (int32_t)call->value2 < 0)
		return -EINVAL;
	sched_point(self, OP_FUTEX_WAKE, from);
	if (compare)
		heap_check(self, (uintptr_t)call->word, sizeof(*call->word), OP_FUTEX_WAKE,
			self->op.pc);
	if (compare && __atomic_load_n(call->word, __ATOMIC_SEQ_CST) != call->value3) {
		core_unchanged(self);
		return -EAGAIN;
	}
	if (futex_waits_for_lock(from))
		return -EINVAL;
	count = wake(self, from, call->value, FUTEX_BITSET_MATCH_ANY);
	for (uint32_t moved = 0; moved < call->value2 && from != to; moved++) {
		waiter = matching_waiter(from, FUTEX_BITSET_MATCH_ANY, 0);
		if (!waiter)
			break;
		core_move(waiter, to);
		count++;
	}
	if (count == 0)
		core_unchanged(self);
	return count;
}

/* Changes *word as encoded, and tells whether its old value satisfies the comparison. */
static long change_and_compare(uint32_t *word, uint32_t encoded)
{
	uint32_t operation = encoded >> 28 & 7;
	int32_t argument = (int32_t)(encoded << 8) >> 20;
	int32_t compared = (int32_t)(encoded << 20) >> 20;
	int32_t old = (int32_t)__atomic_load_n(word, __ATOMIC_SEQ_CST), new = old;

	if (encoded >> 28 & FUTEX_OP_OPARG_SHIFT)
		argument = (int32_t)(UINT32_C(1) << (argument & 31));
	switch (operation) {
	case FUTEX_OP_SET:
		new = argument;
		break;
	case FUTEX_OP_ADD:
		new = (int32_t)((uint32_t)old + (uint32_t)argument);
		break;
	case FUTEX_OP_OR:
		new = old | argument;
		break;
	case FUTEX_OP_ANDN:
		new = old & ~argument;
		break;
	case FUTEX_OP_XOR:
		new = old ^ argument;
		break;
	default:
		return -ENOSYS;
	}
	__atomic_store_n(word, (uint32_t) new, __ATOMIC_SEQ_CST);
	switch (encoded >> 24 & 15) {
	case FUTEX_OP_CMP_EQ:
		return old == compared;
	case FUTEX_OP_CMP_NE:
		return old != compared;
	case FUTEX_OP_CMP_LT:
		return old < compared;
	case FUTEX_OP_CMP_LE:
		return old <= compared;
	case FUTEX_OP_CMP_GT:
		return old > compared;
	case FUTEX_OP_CMP_GE:
		return old >= compared;
	default:
		return -ENOSYS;
	}
}

static long wake_op(struct thread *self, const struct futex_call *call)
{
	struct object *object = futex_object(call->word);
	long satisfied, count;

	sched_point(self, OP_FUTEX_WAKE, object);
	heap_check(
		self, (uintptr_t)call->word2, sizeof(*call->word2), OP_FUTEX_WAKE, self->op.pc);
	satisfied = change_and_compare(call->word2, call->value3);
	if (satisfied < 0)
		return satisfied;
	count = wake(self, object, call->value, FUTEX_BITSET_MATCH_ANY);
	if (satisfied)
		count += wake(
			self, futex_object(call->word2), call->value2, FUTEX_BITSET_MATCH_ANY);
	return count;
}

static long wait_call(struct thread *self, const struct futex_call *call)
{
	uint64_t deadline_ns;
	long result = relative_deadline(call, &deadline_ns);

	return result ? result : wait_for(self, call, FUTEX_BITSET_MATCH_ANY, deadline_ns);
}

static long wait_bitset_call(struct thread *self, const struct futex_call *call)
{
	clockid_t clock =
		call->operation & FUTEX_CLOCK_REALTIME ? CLOCK_REALTIME : CLOCK_MONOTONIC;
	uint64_t deadline_ns;
	long result = futex_deadline(call, clock, &deadline_ns);

	return result ? result : wait_for(self, call, call->value3, deadline_ns);
}

long futex_execute(struct thread *self, const struct futex_call *call)
{
	if ((uintptr_t)call->word % sizeof(uint32_t))
		return -EINVAL;
	switch (call->operation & FUTEX_CMD_MASK) {
	case FUTEX_WAIT:
		return wait_call(self, call);
	case FUTEX_WAIT_BITSET:
		return wait_bitset_call(self, call);
	case FUTEX_WAKE:
		return wake_call(self, call, FUTEX_BITSET_MATCH_ANY);
	case FUTEX_WAKE_BITSET:
		return wake_call(self, call, call->value3);
	case FUTEX_REQUEUE:
		return requeue(self, call, false);
	case FUTEX_CMP_REQUEUE:
		return requeue(self, call, true);
	case FUTEX_WAKE_OP:
		return wake_op(self, call);
	case FUTEX_LOCK_PI:
	case FUTEX_LOCK_PI2:
		return futex_lock(self, call);
	case FUTEX_WAIT_REQUEUE_PI:
		return futex_wait_requeue(self, call);
	case FUTEX_CMP_REQUEUE_PI:
		return futex_requeue_to_lock(self, call);
	case FUTEX_TRYLOCK_PI:
		return futex_trylock(self, call);
	case FUTEX_UNLOCK_PI:
		return futex_unlock(self, call);
	default:
		return -ENOSYS;
	}
}
