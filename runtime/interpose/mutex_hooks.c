/* SPDX-License-Identifier: Apache-2.0 */
/* The functions of POSIX mutexes; what they do is in mutex.c. */
#include <errno.h>

#include "runtime/engine/sched.h"
#include "runtime/interpose/mutex.h"
#include "runtime/interpose/mutex_state.h"

WEFT_HOOK int pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes)
{
	struct thread *self = runtime_enter(HOOK_pthread_mutex_init);
	int result;

	if (!self)
		return REAL(pthread_mutex_init)(mutex, attributes);
	result = mutex_init(self, mutex, attributes);
	runtime_leave(self);
	return result;
}

WEFT_HOOK int pthread_mutex_destroy(pthread_mutex_t *mutex)
{
	struct thread *self = runtime_enter(HOOK_pthread_mutex_destroy);
	int result;

	if (!self)
		return REAL(pthread_mutex_destroy)(mutex);
	result = mutex_destroy(self, mutex);
	runtime_leave(self);
	return result;
}

WEFT_HOOK int pthread_mutex_lock(pthread_mutex_t *mutex)
{
	struct thread *self = runtime_enter(HOOK_pthread_mutex_lock);
	int result;

	if (!self)
		return REAL(pthread_mutex_lock)(mutex);
	result = mutex_acquire(self, mutex, DEADLINE_NEVER);
	runtime_leave(self);
	return result;
}

WEFT_HOOK int pthread_mutex_trylock(pthread_mutex_t *mutex)
{
	struct thread *self = runtime_enter(HOOK_pthread_mutex_trylock);
	int result;

	if (!self)
		return REAL(pthread_mutex_trylock)(mutex);
	result = mutex_try_acquire(self, mutex);
	runtime_leave(self);
	return result;
}

WEFT_HOOK int pthread_mutex_clocklock(
	pthread_mutex_t *mutex, clockid_t clock, const struct timespec *time)
{
	struct thread *self = runtime_enter(HOOK_pthread_mutex_clocklock);
	int result;

	if (!self)
		return REAL(pthread_mutex_clocklock)(mutex, clock, time);
	result = mutex_acquire_until(self, mutex, clock, time);
	runtime_leave(self);
	return result;
}

WEFT_HOOK int pthread_mutex_timedlock(pthread_mutex_t *mutex, const struct timespec *time)
{
	struct thread *self = runtime_enter(HOOK_pthread_mutex_timedlock);
	int result;

	if (!self)
		return REAL(pthread_mutex_timedlock)(mutex, time);
	result = mutex_acquire_until(self, mutex, CLOCK_REALTIME, time);
	runtime_leave(self);
	return result;
}

WEFT_HOOK int pthread_mutex_unlock(pthread_mutex_t *mutex)
{
	struct thread *self = runtime_enter(HOOK_pthread_mutex_unlock);
	int result;

	if (!self)
		return REAL(pthread_mutex_unlock)(mutex);
	result = mutex_release(self, mutex);
	runtime_leave(self);
	return result;
}

WEFT_HOOK int pthread_mutex_consistent(pthread_mutex_t *mutex)
{
	struct thread *self = runtime_enter(HOOK_pthread_mutex_consistent);
	struct object *object;
	int result = 0;

	if (!self)
		return REAL(pthread_mutex_consistent)(mutex);
	object = mutex_object(mutex);
	if (!(object->flags & MUTEX_ROBUST) || object->value != MUTEX_INCONSISTENT)
		result = EINVAL;
	else
		object->value = MUTEX_SOUND;
	runtime_leave(self);
	return result;
}

/* Under the names that programs linked long ago know. */
HOOK_ALIAS_REDIRECTED(pthread_mutex_consistent_np, pthread_mutex_consistent);
WEFT_HOOK int __pthread_mutex_init(pthread_mutex_t *mutex,
	const pthread_mutexattr_t *attributes) HOOK_ALIAS(pthread_mutex_init);
WEFT_HOOK int __pthread_mutex_destroy(pthread_mutex_t *mutex) HOOK_ALIAS(pthread_mutex_destroy);
WEFT_HOOK int __pthread_mutex_lock(pthread_mutex_t *mutex) HOOK_ALIAS(pthread_mutex_lock);
WEFT_HOOK int __pthread_mutex_trylock(pthread_mutex_t *mutex) HOOK_ALIAS(pthread_mutex_trylock);
WEFT_HOOK int __pthread_mutex_unlock(pthread_mutex_t *mutex) HOOK_ALIAS(pthread_mutex_unlock);
