/* SPDX-License-Identifier: Apache-2.0 */
/* POSIX condition variables. */
#include <errno.h>

#include "runtime/engine/sched.h"
#include "runtime/interpose/mutex.h"

static struct object *cond_object(pthread_cond_t *cond)
{
	return object_get(&runtime.core, (uint64_t)(uintptr_t)cond, WIRE_OBJECT_COND);
}

/* Gives the mutex back, waits, takes it again. Returns 0, ETIMEDOUT or the mutex's error. */
static int cond_wait(struct thread *self, pthread_cond_t *cond, pthread_mutex_t *mutex,
	uint64_t deadline_ns)
{
	struct object *object = cond_object(cond);
	struct object *lock = mutex_object(mutex);
	enum wait_result woken = WAIT_WOKEN;
	int result;

	sched_point(self, OP_COND_WAIT, object);
	result = mutex_release(self, lock);
	if (result)
		return result;
	/* POSIX allows a wait to return for no reason: a program must look again. */
	if (!core_draw(&runtime.core, self, WIRE_DECISION_SPURIOUS, 2))
		woken = sched_wait(self, object, deadline_ns);
	while (mutex_try(self, lock) == EBUSY)
		sched_wait(self, lock, DEADLINE_NEVER);
	return woken == WAIT_TIMED_OUT ? ETIMEDOUT : 0;
}

WEFT_HOOK int pthread_cond_init(pthread_cond_t *cond, const pthread_condattr_t *attributes)
{
	struct thread *self = runtime_enter(HOOK_pthread_cond_init);
	struct object *object;

	if (!self)
		return REAL(pthread_cond_init)(cond, attributes);
	REAL(pthread_cond_init)(cond, attributes);
	object = cond_object(cond);
	sched_point(self, OP_INIT, object);
	if (!object->first)
		object_reset(object);
	runtime_leave(self);
	return 0;
}

WEFT_HOOK int pthread_cond_destroy(pthread_cond_t *cond)
{
	struct thread *self = runtime_enter(HOOK_pthread_cond_destroy);

	if (!self)
		return REAL(pthread_cond_destroy)(cond);
	sched_point(self, OP_DESTROY, cond_object(cond));
	runtime_leave(self);
	return 0;
}

WEFT_HOOK int pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex)
{
	struct thread *self = runtime_enter(HOOK_pthread_cond_wait);
	int result;

	if (!self)
		return REAL(pthread_cond_wait)(cond, mutex);
	result = cond_wait(self, cond, mutex, DEADLINE_NEVER);
	runtime_leave(self);
	return result;
}

WEFT_HOOK int pthread_cond_signal(pthread_cond_t *cond)
{
	struct thread *self = runtime_enter(HOOK_pthread_cond_signal);
	struct object *object;
	uint32_t waiting, chosen = 0;

	if (!self)
		return REAL(pthread_cond_signal)(cond);
	object = cond_object(cond);
	sched_point(self, OP_COND_SIGNAL, object);
	waiting = core_waiter_count(object);
	if (waiting > 1)
		chosen = core_draw(&runtime.core, self, WIRE_DECISION_WAKE, waiting);
	if (waiting)
		core_wake(&runtime.core, core_waiter(object, chosen), WAIT_WOKEN);
	runtime_leave(self);
	return 0;
}

WEFT_HOOK int pthread_cond_broadcast(pthread_cond_t *cond)
{
	struct thread *self = runtime_enter(HOOK_pthread_cond_broadcast);
	struct object *object;
	struct thread *waiter;

	if (!self)
		return REAL(pthread_cond_broadcast)(cond);
	object = cond_object(cond);
	sched_point(self, OP_COND_BROADCAST, object);
	while ((waiter = core_waiter(object, 0)))
		core_wake(&runtime.core, waiter, WAIT_WOKEN);
	runtime_leave(self);
	return 0;
}
