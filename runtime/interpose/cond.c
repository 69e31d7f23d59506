/* SPDX-License-Identifier: Apache-2.0 */
/* POSIX condition variables. */
#include "runtime/interpose/cond.h"

#include <errno.h>

#include "runtime/engine/happens_before.h"
#include "runtime/engine/misuse.h"
#include "runtime/engine/sched.h"
#include "runtime/interpose/cancel.h"
#include "runtime/interpose/deadline.h"
#include "runtime/interpose/mutex.h"

/* glibc's bit in __wrefs for a condition that goes by CLOCK_MONOTONIC. */
#define WREFS_CLOCK_MONOTONIC 2u

static struct object *cond_object(pthread_cond_t *cond)
{
	return object_get(&runtime.core, (uint64_t)(uintptr_t)cond, WIRE_OBJECT_COND);
}

clockid_t cond_clock(const pthread_cond_t *cond)
{
	return cond->__data.__wrefs & WREFS_CLOCK_MONOTONIC ? CLOCK_MONOTONIC : CLOCK_REALTIME;
}

/*
 * Gives the mutex back, waits, takes it again. A signal handler ends the wait like a wakeup for
 * no reason, which POSIX allows; a cancellation acts with the mutex held.
 */
static int wait_for(
	struct thread *self, pthread_cond_t *cond, pthread_mutex_t *mutex, uint64_t deadline_ns)
{
	struct object *object = cond_object(cond);
	struct object *lock = mutex_object(mutex);
	enum wait_result woken = WAIT_WOKEN;
	int result;

	cancel_point(self);
	sched_point(self, OP_COND_WAIT, object);
	self->op.retaken = lock;
	mutex_check_owner(self, lock, WIRE_MISUSE_WAIT_UNLOCKED);
	result = mutex_give_back(self, lock);
	if (result)
		return result;
	misuse_check_mutexes(self, object, lock);
	object->extra = lock->number + 1;
	if (!core_draw(&runtime.core, self, WIRE_DECISION_SPURIOUS, 2)) {
		self->wait.interruptible = true;
		woken = sched_wait(self, object, deadline_ns);
	}
	/* XBD 4.12 has signal and wait synchronise memory, beside the mutex. */
	if (woken == WAIT_WOKEN)
		happens_before_acquire(self, object);
	result = mutex_take_again(self, lock);
	if (woken == WAIT_INTERRUPTED)
		cancel_interrupted(self);
	if (result == 0 && woken == WAIT_TIMED_OUT)
		result = ETIMEDOUT;
	core_result(&runtime.core, self, result);
	return result;
}

int cond_wait(struct thread *self, pthread_cond_t *cond, pthread_mutex_t *mutex)
{
	return wait_for(self, cond, mutex, DEADLINE_NEVER);
}

int cond_wait_until(struct thread *self, pthread_cond_t *cond, pthread_mutex_t *mutex,
	clockid_t clock, const struct timespec *time)
{
	uint64_t deadline_ns;
	int result = deadline_from(clock, time, &deadline_ns);

	return result ? result : wait_for(self, cond, mutex, deadline_ns);
}

void cond_signal(struct thread *self, pthread_cond_t *cond)
{
	struct object *object = cond_object(cond);
	uint32_t waiting, chosen = 0;

	sched_point(self, OP_COND_SIGNAL, object);
	waiting = core_waiter_count(object);
	if (waiting > 1)
		chosen = core_draw(&runtime.core, self, WIRE_DECISION_WAKE, waiting);
	happens_before_release(self, object);
	if (waiting)
		core_wake(&runtime.core, core_waiter(object, chosen), WAIT_WOKEN);
}

void cond_broadcast(struct thread *self, pthread_cond_t *cond)
{
	struct object *object = cond_object(cond);
	struct thread *waiter;

	sched_point(self, OP_COND_BROADCAST, object);
	happens_before_release(self, object);
	while ((waiter = core_waiter(object, 0)))
		core_wake(&runtime.core, waiter, WAIT_WOKEN);
}

int cond_init(struct thread *self, pthread_cond_t *cond, const pthread_condattr_t *attributes)
{
	int result = REAL(pthread_cond_init)(cond, attributes);
	struct object *object = cond_object(cond);

	sched_point(self, OP_INIT, object);
	misuse_check_init(self, object);
	if (!object->first)
		object_reset(object);
	return result;
}

void cond_destroy(struct thread *self, pthread_cond_t *cond)
{
	struct object *object = cond_object(cond);

	sched_point(self, OP_DESTROY, object);
	misuse_check_destroy(self, object);
	if (!object->first)
		object_reset(object);
}

WEFT_HOOK int pthread_cond_init(pthread_cond_t *cond, const pthread_condattr_t *attributes)
{
	struct thread *self = runtime_enter(HOOK_pthread_cond_init);
	int result;

	if (!self)
		return REAL(pthread_cond_init)(cond, attributes);
	result = cond_init(self, cond, attributes);
	runtime_leave(self);
	return result;
}

WEFT_HOOK int pthread_cond_destroy(pthread_cond_t *cond)
{
	struct thread *self = runtime_enter(HOOK_pthread_cond_destroy);

	if (!self)
		return REAL(pthread_cond_destroy)(cond);
	cond_destroy(self, cond);
	runtime_leave(self);
	return 0;
}

WEFT_HOOK int pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex)
{
	struct thread *self = runtime_enter(HOOK_pthread_cond_wait);
	int result;

	if (!self)
		return REAL(pthread_cond_wait)(cond, mutex);
	result = cond_wait(self, cond, mutex);
	runtime_leave(self);
	return result;
}

WEFT_HOOK int pthread_cond_timedwait(
	pthread_cond_t *cond, pthread_mutex_t *mutex, const struct timespec *time)
{
	struct thread *self = runtime_enter(HOOK_pthread_cond_timedwait);
	int result;

	if (!self)
		return REAL(pthread_cond_timedwait)(cond, mutex, time);
	result = cond_wait_until(self, cond, mutex, cond_clock(cond), time);
	runtime_leave(self);
	return result;
}

WEFT_HOOK int pthread_cond_clockwait(pthread_cond_t *cond, pthread_mutex_t *mutex,
	clockid_t clock, const struct timespec *time)
{
	struct thread *self = runtime_enter(HOOK_pthread_cond_clockwait);
	int result;

	if (!self)
		return REAL(pthread_cond_clockwait)(cond, mutex, clock, time);
	result = cond_wait_until(self, cond, mutex, clock, time);
	runtime_leave(self);
	return result;
}

WEFT_HOOK int pthread_cond_signal(pthread_cond_t *cond)
{
	struct thread *self = runtime_enter(HOOK_pthread_cond_signal);

	if (!self)
		return REAL(pthread_cond_signal)(cond);
	cond_signal(self, cond);
	runtime_leave(self);
	return 0;
}

WEFT_HOOK int pthread_cond_broadcast(pthread_cond_t *cond)
{
	struct thread *self = runtime_enter(HOOK_pthread_cond_broadcast);

	if (!self)
		return REAL(pthread_cond_broadcast)(cond);
	cond_broadcast(self, cond);
	runtime_leave(self);
	return 0;
}
