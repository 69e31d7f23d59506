/* SPDX-License-Identifier: Apache-2.0 */
/* Joining and detaching: the end of a thread as others see it. */
#include <errno.h>

#include "runtime/engine/happens_before.h"
#include "runtime/engine/sched.h"
#include "runtime/interpose/cancel.h"
#include "runtime/interpose/deadline.h"
#include "runtime/interpose/thread.h"

static int join_error(struct thread *self, struct thread *target)
{
	struct program_thread *own = thread_program(self);
	struct program_thread *program;

	if (!target)
		return ESRCH;
	program = thread_program(target);
	/* Each waiting for the other: glibc sees it, unless a cancellation will end one. */
	if (target == self || (own->joiner == target && !own->cancel_pending))
		return EDEADLK;
	if (program->detached || program->joined || program->joiner)
		return EINVAL;
	return 0;
}

static int take_result(struct thread *self, struct thread *target, void **ret_value)
{
	struct program_thread *program = thread_program(target);

	program->joined = true;
	happens_before_thread_join(self, target);
	if (ret_value)
		*ret_value = program->result;
	runtime.carrier->block_put(target);
	return 0;
}

/* A handler that ran in the meantime doesn't end the wait; a cancellation does. */
static int wait_for_end(struct thread *self, struct thread *target, uint64_t deadline_ns)
{
	struct program_thread *program = thread_program(target);
	enum wait_result woken;

	while (target->state != THREAD_FINISHED) {
		program->joiner = self;
		self->wait.interruptible = true;
		woken = sched_wait(self, target->self_object, deadline_ns);
		program->joiner = NULL;
		if (woken == WAIT_INTERRUPTED)
			cancel_interrupted(self);
		else if (woken == WAIT_TIMED_OUT && target->state != THREAD_FINISHED)
			return ETIMEDOUT;
	}
	return 0;
}

int thread_join(struct thread *self, pthread_t handle, void **ret_value, uint64_t deadline_ns)
{
	struct thread *target = thread_by_handle(handle);
	int result;

	cancel_point(self);
	sched_point(self, OP_THREAD_JOIN, target ? target->self_object : NULL);
	result = join_error(self, target);
	if (result == 0)
		result = wait_for_end(self, target, deadline_ns);
	if (result == 0)
		result = take_result(self, target, ret_value);
	core_result(&runtime.core, self, result);
	return result;
}

int thread_detach(struct thread *self, pthread_t handle)
{
	struct thread *target = thread_by_handle(handle);
	struct program_thread *program;

	sched_point(self, OP_THREAD_DETACH, target ? target->self_object : NULL);
	if (!target)
		return ESRCH;
	program = thread_program(target);
	if (program->detached)
		return EINVAL;
	program->detached = true;
	if (target->state == THREAD_FINISHED)
		runtime.carrier->block_put(target);
	return 0;
}

WEFT_HOOK int pthread_join(pthread_t handle, void **ret_value)
{
	struct thread *self = runtime_enter(HOOK_pthread_join);
	int result;

	if (!self)
		return REAL(pthread_join)(handle, ret_value);
	result = thread_join(self, handle, ret_value, DEADLINE_NEVER);
	runtime_leave(self);
	return result;
}

WEFT_HOOK int pthread_timedjoin_np(
	pthread_t handle, void **ret_value, const struct timespec *time)
{
	return pthread_clockjoin_np(handle, ret_value, CLOCK_REALTIME, time);
}

WEFT_HOOK int pthread_clockjoin_np(
	pthread_t handle, void **ret_value, clockid_t clock, const struct timespec *time)
{
	struct thread *self = runtime_enter(HOOK_pthread_clockjoin_np);
	uint64_t deadline_ns = DEADLINE_NEVER;
	int result = 0;

	if (!self)
		return REAL(pthread_clockjoin_np)(handle, ret_value, clock, time);
	if (time)
		result = deadline_from(clock, time, &deadline_ns);
	if (result == 0)
		result = thread_join(self, handle, ret_value, deadline_ns);
	runtime_leave(self);
	return result;
}

WEFT_HOOK int pthread_tryjoin_np(pthread_t handle, void **ret_value)
{
	struct thread *self = runtime_enter(HOOK_pthread_tryjoin_np);
	struct thread *target;
	int result;

	if (!self)
		return REAL(pthread_tryjoin_np)(handle, ret_value);
	target = thread_by_handle(handle);
	sched_point(self, OP_THREAD_TRYJOIN, target ? target->self_object : NULL);
	if (target && target->state != THREAD_FINISHED)
		result = EBUSY;
	else
		result = join_error(self, target);
	if (result == 0)
		result = take_result(self, target, ret_value);
	core_result(&runtime.core, self, result);
	runtime_leave(self);
	return result;
}

WEFT_HOOK int pthread_detach(pthread_t handle)
{
	struct thread *self = runtime_enter(HOOK_pthread_detach);
	int result;

	if (!self)
		return REAL(pthread_detach)(handle);
	result = thread_detach(self, handle);
	runtime_leave(self);
	return result;
}
