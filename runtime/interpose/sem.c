/* SPDX-License-Identifier: Apache-2.0 */
/* POSIX semaphores. */
#include <errno.h>

#include "runtime/engine/sched.h"
#include "runtime/interpose/hook.h"

/* The count of a semaphore that was set up before weft was in charge is read from its memory. */
static struct object *sem_object(sem_t *sem)
{
	struct object *object =
		object_get(&runtime.core, (uint64_t)(uintptr_t)sem, WIRE_OBJECT_SEM);
	int value = 0;

	if (!object->initialised) {
		object->initialised = true;
		REAL(sem_getvalue)(sem, &value);
		object->value = (uint32_t)value;
	}
	return object;
}

static int sem_try(struct thread *self, struct object *object)
{
	(void)self;
	if (object->value == 0)
		return EBUSY;
	object->value--;
	object_update(&runtime.core, object);
	return 0;
}

WEFT_HOOK int sem_init(sem_t *sem, int shared, unsigned int value)
{
	struct thread *self = runtime_enter(HOOK_sem_init);
	struct object *object;
	int result;

	if (!self)
		return REAL(sem_init)(sem, shared, value);
	result = REAL(sem_init)(sem, shared, value);
	object = object_get(&runtime.core, (uint64_t)(uintptr_t)sem, WIRE_OBJECT_SEM);
	sched_point(self, OP_INIT, object);
	if (result == 0 && !object->first)
		object_reset(object);
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
	if (!object->first)
		object_reset(object);
	runtime_leave(self);
	return 0;
}

WEFT_HOOK int sem_wait(sem_t *sem)
{
	struct thread *self = runtime_enter(HOOK_sem_wait);
	int result;

	if (!self)
		return REAL(sem_wait)(sem);
	result = sched_acquire(self, OP_SEM_WAIT, sem_object(sem), sem_try, DEADLINE_NEVER);
	runtime_leave(self);
	if (!result)
		return 0;
	errno = result;
	return -1;
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
	runtime_leave(self);
	if (!result)
		return 0;
	errno = EAGAIN;
	return -1;
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
	if (object->value == SEM_VALUE_MAX) {
		result = EOVERFLOW;
	} else {
		object->value++;
		object_update(&runtime.core, object);
	}
	runtime_leave(self);
	if (!result)
		return 0;
	errno = result;
	return -1;
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
	runtime_leave(self);
	return 0;
}
