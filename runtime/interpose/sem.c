/* SPDX-License-Identifier: Apache-2.0 */
/*
 * POSIX semaphores. The count is the core's; the program's memory mirrors it, since a named one
 * outlives its mapping and other processes may look at it.
 */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>

#include "runtime/engine/happens_before.h"
#include "runtime/engine/misuse.h"
#include "runtime/engine/sched.h"
#include "runtime/interpose/cancel.h"
#include "runtime/interpose/deadline.h"

/* glibc on 64 bits: the count is in the lower half of the first word, waiters in the upper. */
static uint32_t *sem_count(const struct object *object)
{
	return (uint32_t *)(uintptr_t)object->address;
}

static struct object *sem_object(sem_t *sem)
{
	struct object *object =
		object_get(&runtime.core, (uint64_t)(uintptr_t)sem, WIRE_OBJECT_SEM);

	if (!object->initialised) {
		object->initialised = true;
		object->value = *sem_count(object);
	}
	return object;
}

static void sem_set(struct object *object, uint32_t value)
{
	object->value = value;
	*sem_count(object) = value;
	object_update(&runtime.core, object);
}

static int sem_try(struct thread *self, struct object *object)
{
	if (object->value == 0)
		return EBUSY;
	sem_set(object, object->value - 1);
	happens_before_acquire(self, object);
	return 0;
}

/* Leaves the runtime and says `error` as semaphores do. */
static int leave_with(struct thread *self, int error)
{
	runtime_leave(self);
	if (!error)
		return 0;
	errno = error;
	return -1;
}

static int wait_for(struct thread *self, sem_t *sem, uint64_t deadline_ns)
{
	struct acquisition what = {
		.try = sem_try,
		.deadline_ns = deadline_ns,
		.op = OP_SEM_WAIT,
		.interruptible = true,
	};
	struct object *object = sem_object(sem);
	int result;

	cancel_point(self);
	do
		result = sched_acquire(self, object, &what);
	while (result == EINTR && !cancel_interrupted(self));
	return result;
}

WEFT_HOOK int sem_init(sem_t *sem, int shared, unsigned int value)
{
	struct thread *self = runtime_enter(HOOK_sem_init);
	struct object *object;
	int result;

	if (!self)
		return REAL(sem_init)(sem, shared, value);
	result = REAL(sem_init)(sem, shared, value);
	if (result == 0) {
		object = object_get(&runtime.core, (uint64_t)(uintptr_t)sem, WIRE_OBJECT_SEM);
		sched_point(self, OP_INIT, object);
		misuse_check_init(self, object);
		if (!object->first)
			object_reset(object);
	}
	runtime_leave(self);
	return result;
}

WEFT_HOOK int sem_destroy(sem_t *sem)
{
	struct thread *self = runtime_enter(HOOK_sem_destroy);
	struct object *object;

	if (!self)
		return REAL(sem_destroy)(sem);
	object = sem_object(sem);
	sched_point(self, OP_DESTROY, object);
	misuse_check_destroy(self, object);
	if (!object->first)
		object_reset(object);
	runtime_leave(self);
	return 0;
}

WEFT_HOOK int sem_wait(sem_t *sem)
{
	struct thread *self = runtime_enter(HOOK_sem_wait);

	if (!self)
		return REAL(sem_wait)(sem);
	return leave_with(self, wait_for(self, sem, DEADLINE_NEVER));
}

WEFT_HOOK int sem_clockwait(sem_t *sem, clockid_t clock, const struct timespec *time)
{
	struct thread *self = runtime_enter(HOOK_sem_clockwait);
	uint64_t deadline_ns;
	int result;

	if (!self)
		return REAL(sem_clockwait)(sem, clock, time);
	result = deadline_from(clock, time, &deadline_ns);
	if (result == 0)
		result = wait_for(self, sem, deadline_ns);
	return leave_with(self, result);
}

WEFT_HOOK int sem_timedwait(sem_t *sem, const struct timespec *time)
{
	struct thread *self = runtime_enter(HOOK_sem_timedwait);
	uint64_t deadline_ns;
	int result;

	if (!self)
		return REAL(sem_timedwait)(sem, time);
	result = deadline_from(CLOCK_REALTIME, time, &deadline_ns);
	if (result == 0)
		result = wait_for(self, sem, deadline_ns);
	return leave_with(self, result);
}

WEFT_HOOK int sem_trywait(sem_t *sem)
{
	struct thread *self = runtime_enter(HOOK_sem_trywait);
	struct object *object;
	int result;

	if (!self)
		return REAL(sem_trywait)(sem);
	object = sem_object(sem);
	sched_point(self, OP_SEM_TRYWAIT, object);
	result = sem_try(self, object);
	if (result)
		core_unchanged(self);
	core_result(&runtime.core, self, result);
	return leave_with(self, result ? EAGAIN : 0);
}

WEFT_HOOK int sem_post(sem_t *sem)
{
	struct thread *self = runtime_enter(HOOK_sem_post);
	struct object *object;
	int result = 0;

	if (!self)
		return REAL(sem_post)(sem);
	object = sem_object(sem);
	sched_point(self, OP_SEM_POST, object);
	happens_before_release(self, object);
	if (object->value == SEM_VALUE_MAX)
		result = EOVERFLOW;
	else
		sem_set(object, object->value + 1);
	core_result(&runtime.core, self, result);
	return leave_with(self, result);
}

WEFT_HOOK int sem_getvalue(sem_t *sem, int *ret_value)
{
	struct thread *self = runtime_enter(HOOK_sem_getvalue);
	struct object *object;

	if (!self)
		return REAL(sem_getvalue)(sem, ret_value);
	object = sem_object(sem);
	sched_point(self, OP_SEM_GETVALUE, object);
	*ret_value = (int)object->value;
	core_result(&runtime.core, self, *ret_value);
	runtime_leave(self);
	return 0;
}

/* glibc opens, and gives the same address for one that is open already; `extra` counts how
 * often. */
WEFT_HOOK sem_t *sem_open(const char *name, int flags, ...)
{
	struct thread *self = runtime_enter(HOOK_sem_open);
	struct object *object;
	unsigned int value = 0;
	mode_t mode = 0;
	va_list arguments;
	sem_t *sem;

	va_start(arguments, flags);
	if (flags & O_CREAT) {
		mode = va_arg(arguments, mode_t);
		value = va_arg(arguments, unsigned int);
	}
	va_end(arguments);
	if (!self)
		return REAL(sem_open)(name, flags, mode, value);
	sched_point(self, OP_INIT, NULL);
	sem = REAL(sem_open)(name, flags, mode, value);
	if (sem != SEM_FAILED) {
		object = object_get(&runtime.core, (uint64_t)(uintptr_t)sem, WIRE_OBJECT_SEM);
		/* The first to open it here: whatever was at this address before is gone. */
		if (object->extra++ == 0 && !object->first) {
			object_reset(object);
			object->extra = 1;
		}
	}
	runtime_leave(self);
	return sem;
}

WEFT_HOOK int sem_close(sem_t *sem)
{
	struct thread *self = runtime_enter(HOOK_sem_close);
	struct object *object;
	int result;

	if (!self)
		return REAL(sem_close)(sem);
	object = object_get(&runtime.core, (uint64_t)(uintptr_t)sem, WIRE_OBJECT_SEM);
	sched_point(self, OP_DESTROY, object);
	result = REAL(sem_close)(sem);
	if (result == 0 && object->extra && --object->extra == 0 && !object->first)
		object_reset(object);
	runtime_leave(self);
	return result;
}

WEFT_HOOK int sem_unlink(const char *name)
{
	struct thread *self = runtime_enter(HOOK_sem_unlink);
	int result;

	if (!self)
		return REAL(sem_unlink)(name);
	sched_point(self, OP_DESTROY, NULL);
	result = REAL(sem_unlink)(name);
	runtime_leave(self);
	return result;
}
