/* SPDX-License-Identifier: Apache-2.0 */
/*
 * POSIX read-write locks: the state is the core's, the program's memory says only whom each
 * prefers. The object's value is 1 while a writer holds it.
 */
#include <errno.h>

#include "runtime/engine/happens_before.h"
#include "runtime/engine/misuse.h"
#include "runtime/engine/sched.h"
#include "runtime/interpose/deadline.h"
#include "runtime/interpose/hook.h"

static struct object *rwlock_object(pthread_rwlock_t *lock)
{
	struct object *object =
		object_get(&runtime.core, (uint64_t)(uintptr_t)lock, WIRE_OBJECT_RWLOCK);

	if (!object->initialised) {
		object->initialised = true;
		object->flags =
			lock->__data.__flags == PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP
				? RWLOCK_PREFER_WRITER
				: RWLOCK_PREFER_READER;
	}
	return object;
}

static bool is_writer(const struct object *object, const struct thread *self)
{
	return object->value && object_holder(object, self->id);
}

static int take(struct thread *self, struct object *object, enum rwlock_mode mode)
{
	if (!rwlock_free_for(object, mode))
		return EBUSY;
	object->value = mode == RWLOCK_WRITE;
	object_hold(&runtime.core, object, self);
	object_update(&runtime.core, object);
	happens_before_acquire(self, object);
	if (mode == RWLOCK_WRITE)
		happens_before_acquire_readers(self, object);
	return 0;
}

static int read_try(struct thread *self, struct object *object)
{
	return is_writer(object, self) ? EDEADLK : take(self, object, RWLOCK_READ);
}

static int write_try(struct thread *self, struct object *object)
{
	return is_writer(object, self) ? EDEADLK : take(self, object, RWLOCK_WRITE);
}

static struct acquisition acquisition_in(enum rwlock_mode mode)
{
	struct acquisition what = {
		.try = mode == RWLOCK_WRITE ? write_try : read_try,
		.deadline_ns = DEADLINE_NEVER,
		.op = mode == RWLOCK_WRITE ? OP_RWLOCK_WRLOCK : OP_RWLOCK_RDLOCK,
		.mode = mode,
	};

	return what;
}

static int acquire(struct thread *self, pthread_rwlock_t *lock, enum rwlock_mode mode)
{
	struct acquisition what = acquisition_in(mode);
	int result = sched_acquire(self, rwlock_object(lock), &what);

	runtime_leave(self);
	return result;
}

/* Unlike a mutex, it looks at the time before it looks at the lock. */
static int acquire_until(struct thread *self, pthread_rwlock_t *lock, enum rwlock_mode mode,
	clockid_t clock, const struct timespec *time)
{
	struct acquisition what = acquisition_in(mode);
	int result = deadline_from(clock, time, &what.deadline_ns);

	if (result == 0)
		result = sched_acquire(self, rwlock_object(lock), &what);
	runtime_leave(self);
	return result;
}

static int try_acquire(struct thread *self, pthread_rwlock_t *lock, enum rwlock_mode mode)
{
	struct object *object = rwlock_object(lock);
	int result;

	sched_point(self, OP_RWLOCK_TRYLOCK, object);
	result = take(self, object, mode);
	if (result)
		core_unchanged(self);
	core_result(&runtime.core, self, result);
	runtime_leave(self);
	return result;
}

WEFT_HOOK int pthread_rwlock_init(
	pthread_rwlock_t *lock, const pthread_rwlockattr_t *attributes)
{
	struct thread *self = runtime_enter(HOOK_pthread_rwlock_init);
	struct object *object;
	int result;

	if (!self)
		return REAL(pthread_rwlock_init)(lock, attributes);
	result = REAL(pthread_rwlock_init)(lock, attributes);
	object = object_get(&runtime.core, (uint64_t)(uintptr_t)lock, WIRE_OBJECT_RWLOCK);
	sched_point(self, OP_INIT, object);
	misuse_check_init(self, object);
	if (result == 0 && !object->first)
		object_reset(object);
	runtime_leave(self);
	return result;
}

WEFT_HOOK int pthread_rwlock_destroy(pthread_rwlock_t *lock)
{
	struct thread *self = runtime_enter(HOOK_pthread_rwlock_destroy);
	struct object *object;

	if (!self)
		return REAL(pthread_rwlock_destroy)(lock);
	object = rwlock_object(lock);
	sched_point(self, OP_DESTROY, object);
	misuse_check_destroy(self, object);
	if (!object->first)
		object_reset(object);
	runtime_leave(self);
	return 0;
}

WEFT_HOOK int pthread_rwlock_rdlock(pthread_rwlock_t *lock)
{
	struct thread *self = runtime_enter(HOOK_pthread_rwlock_rdlock);

	if (!self)
		return REAL(pthread_rwlock_rdlock)(lock);
	return acquire(self, lock, RWLOCK_READ);
}

WEFT_HOOK int pthread_rwlock_wrlock(pthread_rwlock_t *lock)
{
	struct thread *self = runtime_enter(HOOK_pthread_rwlock_wrlock);

	if (!self)
		return REAL(pthread_rwlock_wrlock)(lock);
	return acquire(self, lock, RWLOCK_WRITE);
}

WEFT_HOOK int pthread_rwlock_tryrdlock(pthread_rwlock_t *lock)
{
	struct thread *self = runtime_enter(HOOK_pthread_rwlock_tryrdlock);

	if (!self)
		return REAL(pthread_rwlock_tryrdlock)(lock);
	return try_acquire(self, lock, RWLOCK_READ);
}

WEFT_HOOK int pthread_rwlock_trywrlock(pthread_rwlock_t *lock)
{
	struct thread *self = runtime_enter(HOOK_pthread_rwlock_trywrlock);

	if (!self)
		return REAL(pthread_rwlock_trywrlock)(lock);
	return try_acquire(self, lock, RWLOCK_WRITE);
}

WEFT_HOOK int pthread_rwlock_timedrdlock(pthread_rwlock_t *lock, const struct timespec *time)
{
	struct thread *self = runtime_enter(HOOK_pthread_rwlock_timedrdlock);

	if (!self)
		return REAL(pthread_rwlock_timedrdlock)(lock, time);
	return acquire_until(self, lock, RWLOCK_READ, CLOCK_REALTIME, time);
}

WEFT_HOOK int pthread_rwlock_timedwrlock(pthread_rwlock_t *lock, const struct timespec *time)
{
	struct thread *self = runtime_enter(HOOK_pthread_rwlock_timedwrlock);

	if (!self)
		return REAL(pthread_rwlock_timedwrlock)(lock, time);
	return acquire_until(self, lock, RWLOCK_WRITE, CLOCK_REALTIME, time);
}

WEFT_HOOK int pthread_rwlock_clockrdlock(
	pthread_rwlock_t *lock, clockid_t clock, const struct timespec *time)
{
	struct thread *self = runtime_enter(HOOK_pthread_rwlock_clockrdlock);

	if (!self)
		return REAL(pthread_rwlock_clockrdlock)(lock, clock, time);
	return acquire_until(self, lock, RWLOCK_READ, clock, time);
}

WEFT_HOOK int pthread_rwlock_clockwrlock(
	pthread_rwlock_t *lock, clockid_t clock, const struct timespec *time)
{
	struct thread *self = runtime_enter(HOOK_pthread_rwlock_clockwrlock);

	if (!self)
		return REAL(pthread_rwlock_clockwrlock)(lock, clock, time);
	return acquire_until(self, lock, RWLOCK_WRITE, clock, time);
}

/* `self` holds nothing of it. Locked where weft was not in charge, glibc's word says so. */
static void check_owner(struct thread *self, const struct object *object)
{
	const pthread_rwlock_t *lock = (const pthread_rwlock_t *)(uintptr_t)object->address;

	if (lock->__data.__readers)
		return;
	misuse_of(self, object->holders ? WIRE_MISUSE_UNLOCK_OTHERS : WIRE_MISUSE_UNLOCK_FREE,
		object);
}

/* Released by a thread that holds nothing of it, it counts as the latest holder's. */
static void release(struct thread *self, struct object *object)
{
	struct holder *holder = object_holder(object, self->id);

	if (!holder) {
		check_owner(self, object);
		holder = object->holders;
	}
	if (!holder)
		return;
	if (object->value)
		happens_before_release(self, object);
	else
		happens_before_release_reader(self, object);
	object_release(&runtime.core, object, holder->thread);
	if (object->holder_count == 0)
		object->value = 0;
	object_update(&runtime.core, object);
}

WEFT_HOOK int pthread_rwlock_unlock(pthread_rwlock_t *lock)
{
	struct thread *self = runtime_enter(HOOK_pthread_rwlock_unlock);
	struct object *object;

	if (!self)
		return REAL(pthread_rwlock_unlock)(lock);
	object = rwlock_object(lock);
	sched_point(self, OP_RWLOCK_UNLOCK, object);
	release(self, object);
	runtime_leave(self);
	return 0;
}

/* Under the names that programs linked long ago know. */
WEFT_HOOK int __pthread_rwlock_init(pthread_rwlock_t *lock,
	const pthread_rwlockattr_t *attributes) HOOK_ALIAS(pthread_rwlock_init);
WEFT_HOOK int __pthread_rwlock_destroy(pthread_rwlock_t *lock)
	HOOK_ALIAS(pthread_rwlock_destroy);
WEFT_HOOK int __pthread_rwlock_rdlock(pthread_rwlock_t *lock) HOOK_ALIAS(pthread_rwlock_rdlock);
WEFT_HOOK int __pthread_rwlock_wrlock(pthread_rwlock_t *lock) HOOK_ALIAS(pthread_rwlock_wrlock);
WEFT_HOOK int __pthread_rwlock_tryrdlock(pthread_rwlock_t *lock)
	HOOK_ALIAS(pthread_rwlock_tryrdlock);
WEFT_HOOK int __pthread_rwlock_trywrlock(pthread_rwlock_t *lock)
	HOOK_ALIAS(pthread_rwlock_trywrlock);
WEFT_HOOK int __pthread_rwlock_unlock(pthread_rwlock_t *lock) HOOK_ALIAS(pthread_rwlock_unlock);
