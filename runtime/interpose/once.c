/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One-time initialisation: pthread_once, C11's call_once, and the guards of C++'s
 * function-local statics. The program's memory says whether it is done, so that what was done
 * before weft was in charge, or by inlined code, counts; who runs it and who waits is the
 * core's.
 */
#include <errno.h>

#include "runtime/engine/happens_before.h"
#include "runtime/engine/sched.h"
#include "runtime/interpose/guarded.h"

enum once_state { ONCE_NEW, ONCE_RUNNING, ONCE_DONE };

/* glibc's values of a pthread_once_t. */
#define CONTROL_DONE 2

static int once_try(struct thread *self, struct object *object)
{
	(void)self;
	return object->value == ONCE_RUNNING ? EBUSY : 0;
}

/* Returns whether the caller is to run the routine. */
static bool once_begin(struct thread *self, struct object *object)
{
	static const struct acquisition begin = {
		.try = once_try,
		.deadline_ns = DEADLINE_NEVER,
		.op = OP_ONCE,
	};

	sched_acquire(self, object, &begin);
	happens_before_acquire(self, object);
	if (object->value == ONCE_DONE)
		return false;
	object->value = ONCE_RUNNING;
	object_hold(&runtime.core, object, self);
	object_update(&runtime.core, object);
	return true;
}

static void once_end(struct thread *self, struct object *object, enum once_state state)
{
	object->value = state;
	object_release(&runtime.core, object, self->id);
	happens_before_release(self, object);
	object_update(&runtime.core, object);
}

static struct object *once_object(const void *address, bool done)
{
	struct object *object =
		object_get(&runtime.core, (uint64_t)(uintptr_t)address, WIRE_OBJECT_ONCE);

	if (done)
		object->value = ONCE_DONE;
	else if (object->value == ONCE_DONE)
		/* Set back by the program, or other memory by now. */
		object->value = ONCE_NEW;
	return object;
}

static void undo_once(struct thread *self, void *object)
{
	once_end(self, object, ONCE_NEW);
}

static void once_run(struct thread *self, pthread_once_t *control, void (*routine)(void))
{
	struct object *object = once_object(control, *control == CONTROL_DONE);
	struct guarded_call call = { .undo = undo_once, .argument = object };

	if (!once_begin(self, object))
		return;
	guarded_run(self, &call, routine);
	*control = CONTROL_DONE;
	once_end(self, object, ONCE_DONE);
}

WEFT_HOOK int pthread_once(pthread_once_t *control, void (*routine)(void))
{
	struct thread *self = runtime_enter(HOOK_pthread_once);

	if (!self)
		return REAL(pthread_once)(control, routine);
	once_run(self, control, routine);
	runtime_leave(self);
	return 0;
}

WEFT_HOOK int __pthread_once(pthread_once_t *control, void (*routine)(void))
	HOOK_ALIAS(pthread_once);

WEFT_HOOK void call_once(once_flag *flag, void (*routine)(void))
{
	struct thread *self = runtime_enter(HOOK_call_once);

	if (!self) {
		REAL(call_once)(flag, routine);
		return;
	}
	once_run(self, (pthread_once_t *)(void *)flag, routine);
	runtime_leave(self);
}

/* The C++ library may have been loaded too late for REAL(); then there is no other thread yet.
 */
static int guard_acquire_outside(int64_t *guard)
{
	if (REAL(__cxa_guard_acquire))
		return REAL(__cxa_guard_acquire)(guard);
	return *(char *)guard == 0;
}

/* The Itanium C++ ABI, 3.3.3: the first byte of the guard says that the object is there. */
WEFT_HOOK int __cxa_guard_acquire(int64_t *guard)
{
	struct thread *self = runtime_enter(HOOK___cxa_guard_acquire);
	bool runs;

	if (!self)
		return guard_acquire_outside(guard);
	runs = once_begin(self, once_object(guard, *(char *)guard != 0));
	runtime_leave(self);
	return runs;
}

static void guard_end(struct thread *self, int64_t *guard, enum once_state state)
{
	struct object *object = once_object(guard, false);

	sched_point(self, OP_ONCE, object);
	/* Inlined code asks the guard's byte by an atomic load. */
	happens_before_release_at(self, object->address);
	if (state == ONCE_DONE)
		*(char *)guard = 1;
	once_end(self, object, state);
}

/* A guard that was acquired before weft was in charge is the real function's to release. */
static bool guard_is_ours(const struct thread *self, const int64_t *guard)
{
	struct object *object =
		object_find(&runtime.core, (uint64_t)(uintptr_t)guard, WIRE_OBJECT_ONCE);

	return object && object_holder(object, self->id);
}

WEFT_HOOK void __cxa_guard_release(int64_t *guard)
{
	struct thread *self = runtime_enter(HOOK___cxa_guard_release);

	if (self && guard_is_ours(self, guard))
		guard_end(self, guard, ONCE_DONE);
	else if (REAL(__cxa_guard_release))
		REAL(__cxa_guard_release)(guard);
	else
		*(char *)guard = 1;
	if (self)
		runtime_leave(self);
}

WEFT_HOOK void __cxa_guard_abort(int64_t *guard)
{
	struct thread *self = runtime_enter(HOOK___cxa_guard_abort);

	if (self && guard_is_ours(self, guard))
		guard_end(self, guard, ONCE_NEW);
	else if (REAL(__cxa_guard_abort))
		REAL(__cxa_guard_abort)(guard);
	if (self)
		runtime_leave(self);
}
