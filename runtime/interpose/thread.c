/* SPDX-License-Identifier: Apache-2.0 */
/* Creation, end and joining of POSIX threads. */
#include "runtime/interpose/thread.h"

#include <errno.h>

#include "runtime/engine/ending.h"
#include "runtime/engine/sched.h"

struct program_thread *thread_program(struct thread *thread)
{
	struct program_thread *program = thread->program;

	if (!program) {
		program = arena_alloc(&runtime.arena, sizeof(*program));
		program->handle = pthread_self();
		thread->program = program;
	}
	return program;
}

struct thread *thread_by_handle(pthread_t handle)
{
	for (uint32_t i = runtime.core.thread_count; i-- > 0;) {
		struct thread *thread = runtime.core.threads[i];
		struct program_thread *program = thread->program;

		if (!program || program->handle != handle)
			continue;
		if (thread->state == THREAD_FINISHED && (program->detached || program->joined))
			continue;
		return thread;
	}
	return NULL;
}

/* glibc's: runs the destructors of the calling thread's thread_local objects. */
__attribute__((weak)) void __call_tls_dtors(void);

/*
 * The outermost frame of each thread but main, on its own stack. What glibc does only when the
 * kernel thread ends is done here, as it is the program's code and others may wait for it.
 */
static void thread_entry(struct thread *self)
{
	struct program_thread *program = self->program;

	debugger_name(self);
	runtime_leave(self);
	program->result = program->start(program->argument);
	if (__call_tls_dtors)
		__call_tls_dtors();
	self = runtime_enter_at(HOOK_pthread_create, self->start_routine);
	sched_finish(self, &program->detached);
}

static int create(struct thread *self, const pthread_attr_t *attributes,
	struct program_thread *program)
{
	struct carrier_block block;
	struct thread *child;
	int detach_state = PTHREAD_CREATE_JOINABLE;
	int result = runtime.carrier->block_get(attributes, &block);

	if (result)
		return result;
	child = core_thread_new(&runtime.core, self);
	if (!child)
		return EAGAIN;
	if (attributes)
		pthread_attr_getdetachstate(attributes, &detach_state);
	program->detached = detach_state == PTHREAD_CREATE_DETACHED;
	program->handle = (pthread_t)block.handle;
	child->program = program;
	child->create_pc = self->call_pc;
	child->start_routine = (uint64_t)(uintptr_t)program->start;
	runtime.carrier->bind(&block, child, thread_entry);
	return 0;
}

WEFT_HOOK int pthread_create(pthread_t *ret_thread, const pthread_attr_t *attributes,
	void *(*start)(void *), void *argument)
{
	struct thread *self = runtime_enter(HOOK_pthread_create);
	struct program_thread *program;
	int result;

	if (!self)
		return REAL(pthread_create)(ret_thread, attributes, start, argument);
	sched_point(self, OP_THREAD_CREATE, NULL);
	program = arena_alloc(&runtime.arena, sizeof(*program));
	program->start = start;
	program->argument = argument;
	result = create(self, attributes, program);
	if (result == 0)
		*ret_thread = program->handle;
	runtime_leave(self);
	return result;
}

static int join(struct thread *self, pthread_t handle, void **ret_value)
{
	struct thread *target = thread_by_handle(handle);
	struct program_thread *program;

	if (!target) {
		sched_point(self, OP_THREAD_JOIN, NULL);
		return ESRCH;
	}
	program = thread_program(target);
	if (target == self)
		return EDEADLK;
	if (program->detached || program->joined)
		return EINVAL;
	program->joined = true;
	sched_point(self, OP_THREAD_JOIN, target->self_object);
	while (target->state != THREAD_FINISHED)
		sched_wait(self, target->self_object, DEADLINE_NEVER);
	if (ret_value)
		*ret_value = program->result;
	runtime.carrier->block_put(target);
	return 0;
}

WEFT_HOOK int pthread_join(pthread_t handle, void **ret_value)
{
	struct thread *self = runtime_enter(HOOK_pthread_join);
	int result;

	if (!self)
		return REAL(pthread_join)(handle, ret_value);
	result = join(self, handle, ret_value);
	runtime_leave(self);
	return result;
}

static int detach(struct thread *self, pthread_t handle)
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

WEFT_HOOK int pthread_detach(pthread_t handle)
{
	struct thread *self = runtime_enter(HOOK_pthread_detach);
	int result;

	if (!self)
		return REAL(pthread_detach)(handle);
	result = detach(self, handle);
	runtime_leave(self);
	return result;
}

WEFT_HOOK int pthread_getattr_np(pthread_t handle, pthread_attr_t *attributes)
{
	return REAL(pthread_getattr_np)(handle, attributes);
}
