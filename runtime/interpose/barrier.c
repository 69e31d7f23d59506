/* SPDX-License-Identifier: Apache-2.0 */
/*
 * POSIX barriers. The object's value counts those who arrived in the present round, its limit
 * is the number that ends the round, and its generation numbers the rounds.
 */
#include "runtime/engine/happens_before.h"
#include "runtime/engine/misuse.h"
#include "runtime/engine/sched.h"
#include "runtime/interpose/hook.h"

/* glibc's struct pthread_barrier up to the count, which only init writes. */
struct barrier_layout {
	unsigned int in;
	unsigned int current_round;
	unsigned int count;
};

static struct object *barrier_object(pthread_barrier_t *barrier)
{
	struct object *object =
		object_get(&runtime.core, (uint64_t)(uintptr_t)barrier, WIRE_OBJECT_BARRIER);

	if (!object->initialised) {
		object->initialised = true;
		object->limit = ((const struct barrier_layout *)(const void *)barrier)->count;
	}
	return object;
}

static int barrier_wait(struct thread *self, struct object *object)
{
	uint32_t generation;

	sched_point(self, OP_BARRIER_WAIT, object);
	happens_before_release(self, object);
	generation = object->generation;
	if (++object->value == object->limit) {
		object->value = 0;
		object->generation++;
		object_update(&runtime.core, object);
		happens_before_acquire(self, object);
		return PTHREAD_BARRIER_SERIAL_THREAD;
	}
	while (object->generation == generation) {
		self->wait.key = generation;
		sched_wait(self, object, DEADLINE_NEVER);
	}
	happens_before_acquire(self, object);
	return 0;
}

WEFT_HOOK int pthread_barrier_init(
	pthread_barrier_t *barrier, const pthread_barrierattr_t *attributes, unsigned int count)
{
	struct thread *self = runtime_enter(HOOK_pthread_barrier_init);
	struct object *object;
	int result;

	if (!self)
		return REAL(pthread_barrier_init)(barrier, attributes, count);
	result = REAL(pthread_barrier_init)(barrier, attributes, count);
	if (result == 0) {
		object = object_get(
			&runtime.core, (uint64_t)(uintptr_t)barrier, WIRE_OBJECT_BARRIER);
		sched_point(self, OP_INIT, object);
		misuse_check_init(self, object);
		if (!object->first)
			object_reset(object);
	}
	runtime_leave(self);
	return result;
}

WEFT_HOOK int pthread_barrier_destroy(pthread_barrier_t *barrier)
{
	struct thread *self = runtime_enter(HOOK_pthread_barrier_destroy);
	struct object *object;

	if (!self)
		return REAL(pthread_barrier_destroy)(barrier);
	object = barrier_object(barrier);
	sched_point(self, OP_DESTROY, object);
	misuse_check_destroy(self, object);
	/* Those who were let through and haven't run yet have all they need. */
	if (!object->first)
		object_reset(object);
	runtime_leave(self);
	return 0;
}

WEFT_HOOK int pthread_barrier_wait(pthread_barrier_t *barrier)
{
	struct thread *self = runtime_enter(HOOK_pthread_barrier_wait);
	int result;

	if (!self)
		return REAL(pthread_barrier_wait)(barrier);
	result = barrier_wait(self, barrier_object(barrier));
	core_result(&runtime.core, self, result);
	runtime_leave(self);
	return result;
}
