/* SPDX-License-Identifier: Apache-2.0 */
/* POSIX mutexes: the state is the core's, the program's memory says only of what kind each is. */
#include "runtime/interpose/mutex.h"

#include <errno.h>

#include "runtime/engine/sched.h"

/* The type in the low bits of glibc's __kind, as PTHREAD_MUTEX_*_NP. */
#define MUTEX_TYPE_MASK 3

struct object *mutex_object(pthread_mutex_t *mutex)
{
	struct object *object =
		object_get(&runtime.core, (uint64_t)(uintptr_t)mutex, WIRE_OBJECT_MUTEX);

	if (!object->initialised) {
		object->initialised = true;
		object->flags = (uint32_t)mutex->__data.__kind;
	}
	return object;
}

int mutex_try(struct thread *self, struct object *object)
{
	struct holder *holder = object->holders;
	uint32_t type = object->flags & MUTEX_TYPE_MASK;

	if (holder && holder->thread == self->id) {
		if (type == PTHREAD_MUTEX_ERRORCHECK_NP)
			return EDEADLK;
		if (type != PTHREAD_MUTEX_RECURSIVE_NP)
			return EBUSY;
	} else if (holder) {
		return EBUSY;
	}
	object_hold(&runtime.core, object, self);
	object_update(&runtime.core, object);
	return 0;
}

int mutex_acquire(struct thread *self, pthread_mutex_t *mutex, enum op_kind op, uint64_t deadline_ns)
{
	return sched_acquire(self, op, mutex_object(mutex), mutex_try, deadline_ns);
}

int mutex_release(struct thread *self, struct object *object)
{
	if (!object_holder(object, self->id))
		return object->flags & MUTEX_TYPE_MASK ? EPERM : 0;
	if (object_release(&runtime.core, object, self->id))
		object_update(&runtime.core, object);
	return 0;
}

WEFT_HOOK int pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes)
{
	struct thread *self = runtime_enter(HOOK_pthread_mutex_init);
	struct object *object;
	int result;

	if (!self)
		return REAL(pthread_mutex_init)(mutex, attributes);
	result = REAL(pthread_mutex_init)(mutex, attributes);
	object = object_get(&runtime.core, (uint64_t)(uintptr_t)mutex, WIRE_OBJECT_MUTEX);
	sched_point(self, OP_INIT, object);
	if (result == 0 && !object->first)
		object_reset(object);
	runtime_leave(self);
	return result;
}

WEFT_HOOK int pthread_mutex_destroy(pthread_mutex_t *mutex)
{
	struct thread *self = runtime_enter(HOOK_pthread_mutex_destroy);
	struct object *object;
	int result = 0;

	if (!self)
		return REAL(pthread_mutex_destroy)(mutex);
	object = mutex_object(mutex);
	sched_point(self, OP_DESTROY, object);
	if (object->holder_count || object->first)
		result = EBUSY;
	else
		result = REAL(pthread_mutex_destroy)(mutex);
	if (result == 0)
		object_reset(object);
	runtime_leave(self);
	return result;
}

WEFT_HOOK int pthread_mutex_lock(pthread_mutex_t *mutex)
{
	struct thread *self = runtime_enter(HOOK_pthread_mutex_lock);
	int result;

	if (!self)
		return REAL(pthread_mutex_lock)(mutex);
	result = mutex_acquire(self, mutex, OP_MUTEX_LOCK, DEADLINE_NEVER);
	runtime_leave(self);
	return result;
}

WEFT_HOOK int pthread_mutex_trylock(pthread_mutex_t *mutex)
{
	struct thread *self = runtime_enter(HOOK_pthread_mutex_trylock);
	struct object *object;
	int result;

	if (!self)
		return REAL(pthread_mutex_trylock)(mutex);
	object = mutex_object(mutex);
	sched_point(self, OP_MUTEX_TRYLOCK, object);
	result = mutex_try(self, object);
	if (result == EDEADLK)
		result = EBUSY;
	if (result)
		core_unchanged(self);
	core_result(&runtime.core, self, result);
	runtime_leave(self);
	return result;
}

WEFT_HOOK int pthread_mutex_unlock(pthread_mutex_t *mutex)
{
	struct thread *self = runtime_enter(HOOK_pthread_mutex_unlock);
	struct object *object;
	int result;

	if (!self)
		return REAL(pthread_mutex_unlock)(mutex);
	object = mutex_object(mutex);
	sched_point(self, OP_MUTEX_UNLOCK, object);
	result = mutex_release(self, object);
	runtime_leave(self);
	return result;
}
