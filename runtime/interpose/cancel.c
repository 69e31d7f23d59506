/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cancellation, see cancel.h. glibc's own would interrupt a system call of a kernel thread that
 * may not even exist; so requests are kept here, and glibc only unwinds.
 */
#include "runtime/interpose/cancel.h"

#include <errno.h>

#include "runtime/engine/sched.h"
#include "runtime/interpose/signal.h"

/* To be called after each change of what it goes by. */
static void update(struct thread *thread)
{
	const struct program_thread *program = thread_program(thread);

	thread->cancelled =
		program->cancel_pending && !program->cancel_disabled && !program->ending;
	/* An asynchronous one acts wherever the thread is. */
	if (thread->cancelled && program->cancel_asynchronous)
		thread->attention = true;
}

/* In the program's context. */
static _Noreturn void cancel_now(struct thread *self)
{
	struct program_thread *program = thread_program(self);

	program->result = PTHREAD_CANCELED;
	self->forwarded_pc = 0;
	thread_unwind(self);
}

void cancel_point(struct thread *self)
{
	if (__builtin_expect(!cancel_due(self), 1))
		return;
	thread_ends(self);
	runtime_leave(self);
	cancel_now(self);
}

bool cancel_interrupted(struct thread *self)
{
	uint64_t call_pc = self->call_pc;

	cancel_point(self);
	thread_program(self)->restarts = true;
	runtime_leave(self);
	runtime_self = NULL;
	self->call_pc = call_pc;
	return !thread_program(self)->restarts;
}

void runtime_attend(struct thread *self)
{
	self->attention = false;
	signals_deliver(self);
	if (cancel_due(self) && thread_program(self)->cancel_asynchronous)
		cancel_now(self);
}

static void request(struct thread *target)
{
	struct program_thread *program = thread_program(target);

	program->cancel_pending = true;
	update(target);
	if (cancel_due(target) && target->state == THREAD_WAITING &&
		(target->wait.interruptible || program->cancel_asynchronous))
		core_wake(&runtime.core, target, WAIT_INTERRUPTED);
}

WEFT_HOOK int pthread_cancel(pthread_t handle)
{
	struct thread *self = runtime_enter(HOOK_pthread_cancel);
	struct thread *target;

	if (!self)
		return REAL(pthread_cancel)(handle);
	target = thread_by_handle(handle);
	sched_point(self, OP_THREAD_CANCEL, target ? target->self_object : NULL);
	/* One that has ended and waits to be joined is cancelled to no effect. */
	if (target && target->state != THREAD_FINISHED)
		request(target);
	runtime_leave(self);
	return target ? 0 : ESRCH;
}

WEFT_HOOK int pthread_setcancelstate(int state, int *ret_old)
{
	struct thread *self = runtime_enter(HOOK_pthread_setcancelstate);
	struct program_thread *program;

	if (!self)
		return REAL(pthread_setcancelstate)(state, ret_old);
	if (state != PTHREAD_CANCEL_ENABLE && state != PTHREAD_CANCEL_DISABLE) {
		runtime_leave(self);
		return EINVAL;
	}
	program = thread_program(self);
	if (ret_old)
		*ret_old = program->cancel_disabled ? PTHREAD_CANCEL_DISABLE
						    : PTHREAD_CANCEL_ENABLE;
	program->cancel_disabled = state == PTHREAD_CANCEL_DISABLE;
	update(self);
	runtime_leave(self);
	return 0;
}

WEFT_HOOK int pthread_setcanceltype(int type, int *ret_old)
{
	struct thread *self = runtime_enter(HOOK_pthread_setcanceltype);
	struct program_thread *program;

	if (!self)
		return REAL(pthread_setcanceltype)(type, ret_old);
	if (type != PTHREAD_CANCEL_DEFERRED && type != PTHREAD_CANCEL_ASYNCHRONOUS) {
		runtime_leave(self);
		return EINVAL;
	}
	program = thread_program(self);
	if (ret_old)
		*ret_old = program->cancel_asynchronous ? PTHREAD_CANCEL_ASYNCHRONOUS
							: PTHREAD_CANCEL_DEFERRED;
	program->cancel_asynchronous = type == PTHREAD_CANCEL_ASYNCHRONOUS;
	update(self);
	runtime_leave(self);
	return 0;
}

WEFT_HOOK void pthread_testcancel(void)
{
	struct thread *self = runtime_enter(HOOK_pthread_testcancel);

	if (!self) {
		REAL(pthread_testcancel)();
		return;
	}
	sched_point(self, OP_THREAD_CANCEL, self->self_object);
	/* Looks only: a thread that does nothing else spins. */
	core_unchanged(self);
	cancel_point(self);
	runtime_leave(self);
}
