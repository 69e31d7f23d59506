/* SPDX-License-Identifier: Apache-2.0 */
/* POSIX mutexes: the state is the core's, the program's memory says only of what kind each is.
 */
#include "runtime/interpose/mutex.h"

#include <errno.h>

#include "runtime/engine/happens_before.h"
#include "runtime/engine/misuse.h"
#include "runtime/engine/sched.h"
#include "runtime/interpose/deadline.h"
#include "runtime/interpose/mutex_state.h"
#include "runtime/interpose/thread.h"

/* Where glibc keeps the ceiling of a protected mutex in its lock word. */
#define CEILING_SHIFT 19

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

/* A protected mutex is for real-time threads of at most its ceiling. */
static int check_ceiling(struct thread *self, const struct object *object)
{
	const pthread_mutex_t *mutex = (const pthread_mutex_t *)(uintptr_t)object->address;
	int ceiling = (int)((unsigned int)mutex->__data.__lock >> CEILING_SHIFT);
	const struct program_thread *program = thread_program(self);

	if (program->policy != SCHED_FIFO && program->policy != SCHED_RR)
		return EINVAL;
	return program->priority > ceiling ? EINVAL : 0;
}

static int try_own(const struct object *object, struct thread *self)
{
	uint32_t type = mutex_type(object);
	struct holder *holder = object_holder(object, self->id);

	if (type == PTHREAD_MUTEX_ERRORCHECK_NP)
		return EDEADLK;
	if (type != PTHREAD_MUTEX_RECURSIVE_NP)
		return EBUSY;
	if (holder->depth == UINT32_MAX)
		return EAGAIN;
	holder->depth++;
	return 0;
}

static int mutex_try(struct thread *self, struct object *object)
{
	int error = 0;

	if (object_holder(object, self->id))
		return try_own(object, self);
	if (object->holder_count)
		return EBUSY;
	if (object->value == MUTEX_NOT_RECOVERABLE)
		return ENOTRECOVERABLE;
	if (object->flags & MUTEX_PROTECT)
		error = check_ceiling(self, object);
	if (error)
		return error;
	object_hold(&runtime.core, object, self);
	object_update(&runtime.core, object);
	happens_before_acquire(self, object);
	if (object->flags & MUTEX_ROBUST)
		thread_program(self)->robust_count++;
	if (object->value == MUTEX_SOUND)
		return 0;
	object->value = MUTEX_INCONSISTENT;
	return EOWNERDEAD;
}

int mutex_acquire(struct thread *self, pthread_mutex_t *mutex, uint64_t deadline_ns)
{
	struct acquisition what = {
		.try = mutex_try,
		.deadline_ns = deadline_ns,
		.op = OP_MUTEX_LOCK,
	};

	return sched_acquire(self, mutex_object(mutex), &what);
}

int mutex_acquire_until(struct thread *self, pthread_mutex_t *mutex, clockid_t clock,
	const struct timespec *time)
{
	struct acquisition what = { .try = mutex_try, .op = OP_MUTEX_LOCK };

	/* The time is looked at only when there is a need to wait; the clock at once. */
	if (!deadline_clock_supported(clock))
		return EINVAL;
	what.limit_error = deadline_from(clock, time, &what.deadline_ns);
	return sched_acquire(self, mutex_object(mutex), &what);
}

int mutex_try_acquire(struct thread *self, pthread_mutex_t *mutex)
{
	struct object *object = mutex_object(mutex);
	int result;

	sched_point(self, OP_MUTEX_TRYLOCK, object);
	result = mutex_try(self, object);
	/* Only kinds with a robustness or protocol tell a second attempt from another's hold.
	 */
	if (result == EDEADLK &&
		!(object->flags & (MUTEX_ROBUST | MUTEX_INHERIT | MUTEX_PROTECT)))
		result = EBUSY;
	if (result && result != EOWNERDEAD)
		core_unchanged(self);
	core_result(&runtime.core, self, result);
	return result;
}

/* Whose hold the caller takes back: with kinds that don't look at the owner, anybody's. */
static struct holder *released_holder(const struct object *object, const struct thread *self)
{
	struct holder *own = object_holder(object, self->id);

	return own || mutex_knows_owner(object) ? own : object->holders;
}

int mutex_give_back(struct thread *self, struct object *object)
{
	struct holder *holder = released_holder(object, self);

	if (!holder)
		return mutex_knows_owner(object) ? EPERM : 0;
	if (!object_release(&runtime.core, object, holder->thread))
		return 0;
	happens_before_release(self, object);
	if (object->flags & MUTEX_ROBUST)
		thread_program(self)->robust_count--;
	if (object->value == MUTEX_INCONSISTENT)
		object->value = MUTEX_NOT_RECOVERABLE;
	object_update(&runtime.core, object);
	return 0;
}

int mutex_take_again(struct thread *self, struct object *object)
{
	int result;

	while ((result = mutex_try(self, object)) == EBUSY)
		sched_wait(self, object, DEADLINE_NEVER);
	return result;
}

/* glibc's own word: weft never sets it, so it was locked where weft was not in charge. */
static bool locked_outside(const struct object *object)
{
	const pthread_mutex_t *mutex = (const pthread_mutex_t *)(uintptr_t)object->address;

	return ((unsigned int)mutex->__data.__lock & ((1u << CEILING_SHIFT) - 1)) != 0;
}

void mutex_check_owner(
	struct thread *self, struct object *object, enum wire_misuse_kind otherwise)
{
	/* Other kinds fail with EPERM, which is for the program to see to. */
	if (mutex_knows_owner(object) || object_holder(object, self->id) ||
		locked_outside(object))
		return;
	if (otherwise == WIRE_MISUSE_UNLOCK_FREE && object->holders)
		otherwise = WIRE_MISUSE_UNLOCK_OTHERS;
	misuse_of(self, otherwise, object);
}

int mutex_release(struct thread *self, pthread_mutex_t *mutex)
{
	struct object *object = mutex_object(mutex);
	int result;

	sched_point(self, OP_MUTEX_UNLOCK, object);
	mutex_check_owner(self, object, WIRE_MISUSE_UNLOCK_FREE);
	result = mutex_give_back(self, object);
	core_result(&runtime.core, self, result);
	return result;
}

void mutex_owner_ends(struct thread *self)
{
	struct program_thread *program = thread_program(self);
	struct core *core = &runtime.core;

	for (uint32_t i = 0; program->robust_count && i < core->object_count; i++) {
		struct object *object = core->objects[i];
		struct holder *holder;

		if (object->kind != WIRE_OBJECT_MUTEX || !(object->flags & MUTEX_ROBUST))
			continue;
		holder = object_holder(object, self->id);
		if (!holder)
			continue;
		holder->depth = 1;
		object_release(core, object, self->id);
		happens_before_release(self, object);
		object->value = MUTEX_OWNER_DIED;
		object_update(core, object);
		program->robust_count--;
	}
}

int mutex_init(
	struct thread *self, pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes)
{
	int result = REAL(pthread_mutex_init)(mutex, attributes);
	struct object *object =
		object_get(&runtime.core, (uint64_t)(uintptr_t)mutex, WIRE_OBJECT_MUTEX);

	sched_point(self, OP_INIT, object);
	misuse_check_init(self, object);
	if (result == 0 && !object->first)
		object_reset(object);
	return result;
}

int mutex_destroy(struct thread *self, pthread_mutex_t *mutex)
{
	struct object *object = mutex_object(mutex);
	int result;

	sched_point(self, OP_DESTROY, object);
	misuse_check_destroy(self, object);
	if (object->holder_count || object->first)
		return EBUSY;
	result = REAL(pthread_mutex_destroy)(mutex);
	if (result == 0)
		object_reset(object);
	return result;
}
