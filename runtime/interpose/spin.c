/* SPDX-License-Identifier: Apache-2.0 */
/* POSIX spin locks: who finds one taken waits in the core, which knows who has it. */
#include <errno.h>

#include "runtime/engine/happens_before.h"
#include "runtime/engine/misuse.h"
#include "runtime/engine/sched.h"
#include "runtime/interpose/hook.h"

static struct object *spin_object(pthread_spinlock_t *lock)
{
	return object_get(&runtime.core, (uint64_t)(uintptr_t)lock, WIRE_OBJECT_SPIN);
}

static int spin_try(struct thread *self, struct object *object)
{
	if (object->holder_count)
		return EBUSY;
	object_hold(&runtime.core, object, self);
	object_update(&runtime.core, object);
	happens_before_acquire(self, object);
	return 0;
}

static int reset(struct thread *self, pthread_spinlock_t *lock, enum op_kind op)
{
	struct object *object = spin_object(lock);

	sched_point(self, op, object);
	if (op == OP_INIT)
		misuse_check_init(self, object);
	else
		misuse_check_destroy(self, object);
	if (!object->first)
		object_reset(object);
	runtime_leave(self);
	return 0;
}

WEFT_HOOK int pthread_spin_init(pthread_spinlock_t *lock, int shared)
{
	struct thread *self = runtime_enter(HOOK_pthread_spin_init);
	int result = REAL(pthread_spin_init)(lock, shared);

	return self ? reset(self, lock, OP_INIT) : result;
}

WEFT_HOOK int pthread_spin_destroy(pthread_spinlock_t *lock)
{
	struct thread *self = runtime_enter(HOOK_pthread_spin_destroy);

	return self ? reset(self, lock, OP_DESTROY) : REAL(pthread_spin_destroy)(lock);
}

WEFT_HOOK int pthread_spin_lock(pthread_spinlock_t *lock)
{
	static const struct acquisition what = {
		.try = spin_try,
		.deadline_ns = DEADLINE_NEVER,
		.op = OP_SPIN_LOCK,
	};
	struct thread *self = runtime_enter(HOOK_pthread_spin_lock);

	if (!self)
		return REAL(pthread_spin_lock)(lock);
	sched_acquire(self, spin_object(lock), &what);
	runtime_leave(self);
	return 0;
}

WEFT_HOOK int pthread_spin_trylock(pthread_spinlock_t *lock)
{
	struct thread *self = runtime_enter(HOOK_pthread_spin_trylock);
	struct object *object;
	int result;

	if (!self)
		return REAL(pthread_spin_trylock)(lock);
	object = spin_object(lock);
	sched_point(self, OP_SPIN_TRYLOCK, object);
	result = spin_try(self, object);
	if (result)
		core_unchanged(self);
	core_result(&runtime.core, self, result);
	runtime_leave(self);
	return result;
}

/* glibc's word of a free one: 0 says that it was locked where weft was not in charge. */
#define SPIN_FREE 1

static void check_owner(struct thread *self, const struct object *object)
{
	const volatile int *lock = (const volatile int *)(uintptr_t)object->address;

	if (object_holder(object, self->id) || *lock != SPIN_FREE)
		return;
	misuse_of(self, object->holders ? WIRE_MISUSE_UNLOCK_OTHERS : WIRE_MISUSE_UNLOCK_FREE,
		object);
}

WEFT_HOOK int pthread_spin_unlock(pthread_spinlock_t *lock)
{
	struct thread *self = runtime_enter(HOOK_pthread_spin_unlock);
	struct object *object;

	if (!self)
		return REAL(pthread_spin_unlock)(lock);
	object = spin_object(lock);
	sched_point(self, OP_SPIN_UNLOCK, object);
	check_owner(self, object);
	happens_before_release(self, object);
	/* It has no owner: whoever unlocks it frees it. */
	if (object->holders && object_release(&runtime.core, object, object->holders->thread))
		object_update(&runtime.core, object);
	runtime_leave(self);
	return 0;
}
