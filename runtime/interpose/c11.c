/* SPDX-License-Identifier: Apache-2.0 */
/*
 * C11 threads, mutexes and condition variables: in glibc they are POSIX's under other names,
 * with results of their own. Once and thread-specific storage stand with their POSIX kin.
 */
#include <errno.h>

#include "runtime/engine/sched.h"
#include "runtime/interpose/cond.h"
#include "runtime/interpose/mutex.h"
#include "runtime/interpose/thread.h"

static int c11_result(int error)
{
	switch (error) {
	case 0:
		return thrd_success;
	case EBUSY:
		return thrd_busy;
	case ETIMEDOUT:
		return thrd_timedout;
	case ENOMEM:
	case EAGAIN:
		return thrd_nomem;
	default:
		return thrd_error;
	}
}

static int leave_with(struct thread *self, int error)
{
	runtime_leave(self);
	return c11_result(error);
}

static pthread_mutex_t *mutex_of(mtx_t *mutex)
{
	return (pthread_mutex_t *)(void *)mutex;
}

static pthread_cond_t *cond_of(cnd_t *cond)
{
	return (pthread_cond_t *)(void *)cond;
}

/* A C11 start routine returns int; where POSIX's pointer is returned, so is an int. */
WEFT_HOOK int thrd_create(thrd_t *ret_thread, thrd_start_t start, void *argument)
{
	struct thread *self = runtime_enter(HOOK_thrd_create);
	struct program_thread *program;
	int result;

	if (!self)
		return REAL(thrd_create)(ret_thread, start, argument);
	program = arena_alloc(&runtime.arena, sizeof(*program));
	program->start_c11 = start;
	program->argument = argument;
	result = thread_create(self, NULL, program);
	if (result == 0)
		*ret_thread = program->handle;
	/* After it: see pthread_create(). */
	sched_point(self, OP_THREAD_CREATE, NULL);
	core_result(&runtime.core, self, result);
	return leave_with(self, result);
}

WEFT_HOOK int thrd_join(thrd_t thread, int *ret_value)
{
	struct thread *self = runtime_enter(HOOK_thrd_join);
	void *value;
	int result;

	if (!self)
		return REAL(thrd_join)(thread, ret_value);
	result = thread_join(self, thread, &value, DEADLINE_NEVER);
	if (result == 0 && ret_value)
		*ret_value = (int)(intptr_t)value;
	return leave_with(self, result);
}

WEFT_HOOK int thrd_detach(thrd_t thread)
{
	struct thread *self = runtime_enter(HOOK_thrd_detach);

	if (!self)
		return REAL(thrd_detach)(thread);
	return leave_with(self, thread_detach(self, thread));
}

WEFT_HOOK void thrd_exit(int value)
{
	pthread_exit((void *)(intptr_t)value);
}

/* 0, -1 when a signal came, another negative value otherwise. */
WEFT_HOOK int thrd_sleep(const struct timespec *duration, struct timespec *ret_left)
{
	int result = clock_nanosleep(CLOCK_REALTIME, 0, duration, ret_left);

	return result == 0 ? 0 : result == EINTR ? -1 : -2;
}

WEFT_HOOK void thrd_yield(void)
{
	sched_yield();
}

WEFT_HOOK int mtx_init(mtx_t *mutex, int type)
{
	struct thread *self = runtime_enter(HOOK_mtx_init);
	pthread_mutexattr_t attributes;
	int result;

	if (!self)
		return REAL(mtx_init)(mutex, type);
	pthread_mutexattr_init(&attributes);
	if (type & mtx_recursive)
		pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
	result = mutex_init(self, mutex_of(mutex), &attributes);
	pthread_mutexattr_destroy(&attributes);
	return leave_with(self, result);
}

WEFT_HOOK void mtx_destroy(mtx_t *mutex)
{
	struct thread *self = runtime_enter(HOOK_mtx_destroy);

	if (!self) {
		REAL(mtx_destroy)(mutex);
		return;
	}
	mutex_destroy(self, mutex_of(mutex));
	runtime_leave(self);
}

WEFT_HOOK int mtx_lock(mtx_t *mutex)
{
	struct thread *self = runtime_enter(HOOK_mtx_lock);

	if (!self)
		return REAL(mtx_lock)(mutex);
	return leave_with(self, mutex_acquire(self, mutex_of(mutex), DEADLINE_NEVER));
}

WEFT_HOOK int mtx_trylock(mtx_t *mutex)
{
	struct thread *self = runtime_enter(HOOK_mtx_trylock);

	if (!self)
		return REAL(mtx_trylock)(mutex);
	return leave_with(self, mutex_try_acquire(self, mutex_of(mutex)));
}

WEFT_HOOK int mtx_timedlock(mtx_t *mutex, const struct timespec *time)
{
	struct thread *self = runtime_enter(HOOK_mtx_timedlock);

	if (!self)
		return REAL(mtx_timedlock)(mutex, time);
	return leave_with(
		self, mutex_acquire_until(self, mutex_of(mutex), CLOCK_REALTIME, time));
}

WEFT_HOOK int mtx_unlock(mtx_t *mutex)
{
	struct thread *self = runtime_enter(HOOK_mtx_unlock);

	if (!self)
		return REAL(mtx_unlock)(mutex);
	return leave_with(self, mutex_release(self, mutex_of(mutex)));
}

WEFT_HOOK int cnd_init(cnd_t *cond)
{
	struct thread *self = runtime_enter(HOOK_cnd_init);

	if (!self)
		return REAL(cnd_init)(cond);
	return leave_with(self, cond_init(self, cond_of(cond), NULL));
}

WEFT_HOOK void cnd_destroy(cnd_t *cond)
{
	struct thread *self = runtime_enter(HOOK_cnd_destroy);

	if (!self) {
		REAL(cnd_destroy)(cond);
		return;
	}
	cond_destroy(self, cond_of(cond));
	runtime_leave(self);
}

WEFT_HOOK int cnd_wait(cnd_t *cond, mtx_t *mutex)
{
	struct thread *self = runtime_enter(HOOK_cnd_wait);

	if (!self)
		return REAL(cnd_wait)(cond, mutex);
	return leave_with(self, cond_wait(self, cond_of(cond), mutex_of(mutex)));
}

WEFT_HOOK int cnd_timedwait(cnd_t *cond, mtx_t *mutex, const struct timespec *time)
{
	struct thread *self = runtime_enter(HOOK_cnd_timedwait);

	if (!self)
		return REAL(cnd_timedwait)(cond, mutex, time);
	return leave_with(self,
		cond_wait_until(self, cond_of(cond), mutex_of(mutex), CLOCK_REALTIME, time));
}

WEFT_HOOK int cnd_signal(cnd_t *cond)
{
	struct thread *self = runtime_enter(HOOK_cnd_signal);

	if (!self)
		return REAL(cnd_signal)(cond);
	cond_signal(self, cond_of(cond));
	return leave_with(self, 0);
}

WEFT_HOOK int cnd_broadcast(cnd_t *cond)
{
	struct thread *self = runtime_enter(HOOK_cnd_broadcast);

	if (!self)
		return REAL(cnd_broadcast)(cond);
	cond_broadcast(self, cond_of(cond));
	return leave_with(self, 0);
}
