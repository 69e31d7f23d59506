/* SPDX-License-Identifier: Apache-2.0 */
/* Creation and end of POSIX threads. */
#include "runtime/interpose/thread.h"

#include <errno.h>
#include <setjmp.h>
#include <stdlib.h>

#include "runtime/engine/ending.h"
#include "runtime/engine/happens_before.h"
#include "runtime/engine/heap.h"
#include "runtime/engine/misuse.h"
#include "runtime/engine/sched.h"
#include "runtime/interpose/mutex.h"
#include "runtime/interpose/signal.h"
#include "runtime/interpose/thread_data.h"
#include "runtime/sys/modules.h"
#include "runtime/sys/raw.h"

/*
 * glibc's own frame of reference for unwinding a thread, as pthread_cleanup_push() in C uses
 * it: the stack is unwound to the innermost buffer, which then goes on by
 * __pthread_unwind_next().
 */
struct unwind_base {
	__pthread_unwind_buf_t buffer;
};

struct program_thread *thread_program(struct thread *thread)
{
	return thread->program;
}

struct thread *thread_by_handle(pthread_t handle)
{
	for (uint32_t i = runtime.core.thread_count; i-- > 0;) {
		struct thread *thread = runtime.core.threads[i];

		struct program_thread *program = thread->program;

		/* Without one, it could not be created to the end. */
		if (!program || program->handle != handle)
			continue;
		if (thread->state == THREAD_FINISHED && (program->detached || program->joined))
			continue;
		return thread;
	}
	return NULL;
}

uint32_t thread_kernel_id(const struct thread *thread)
{
	return runtime.carrier->kernel_id(thread);
}

/*
 * The thread has nothing left to run of the program. The last of all ends the process, as if by
 * exit(0). Does not return on the fiber carrier.
 */
static void thread_end(struct thread *self)
{
	struct program_thread *program = thread_program(self);

	thread_ends(self);
	thread_data_destroy();
	self = runtime_enter_at(HOOK_pthread_exit, self->start_routine);
	sched_point(self, OP_THREAD_EXIT, self->self_object);
	if (runtime.core.live_count == 1) {
		runtime_leave(self);
		exit(EXIT_SUCCESS);
	}
	mutex_owner_ends(self);
	misuse_check_end(self, WIRE_MISUSE_THREAD_ENDS_HOLDING);
	signal_thread_ends(self);
	happens_before_thread_end(self);
	heap_thread_ends();
	sched_finish(self, &program->detached);
}

static void *call_start(const struct program_thread *program)
{
	if (program->start)
		return program->start(program->argument);
	return (void *)(intptr_t)program->start_c11(program->argument);
}

/* Returns when the start routine has returned, or has been unwound to here. */
static __attribute__((noinline)) void run_start(struct program_thread *program)
{
	struct unwind_base base;

	if (__sigsetjmp_cancel(base.buffer.__cancel_jmp_buf, 0) == 0) {
		__pthread_register_cancel(&base.buffer);
		program->result = call_start(program);
	}
	__pthread_unregister_cancel(&base.buffer);
}

void thread_ends(struct thread *self)
{
	thread_program(self)->ending = true;
	self->cancelled = false;
}

void thread_unwind(struct thread *self)
{
	struct unwind_base here;

	thread_ends(self);
	/* Registered only to be left again: what is below it is what is unwound to. */
	__pthread_register_cancel(&here.buffer);
	__pthread_unwind_next(&here.buffer);
}

/* The outermost frame of each thread but main, on its own stack. */
static void thread_entry(struct thread *self)
{
	errno = 0;
	debugger_name(self);
	heap_thread_starts();
	if (happens_before.on)
		module_each_tls(happens_before_forget);
	if (runtime.switched)
		runtime.switched(self);
	runtime_leave(self);
	run_start(self->program);
	thread_end(self);
}

void thread_adopt_main(struct thread *self)
{
	struct program_thread *program = arena_alloc(&runtime.arena, sizeof(*program));
	struct sched_param parameters = { 0 };

	self->program = program;
	program->handle = pthread_self();
	raw_syscall(SYS_rt_sigprocmask, SIG_BLOCK, 0, &program->signals_blocked,
		sizeof(program->signals_blocked));
	program->policy = (int)raw_syscall(SYS_sched_getscheduler, 0);
	raw_syscall(SYS_sched_getparam, 0, &parameters);
	program->priority = parameters.sched_priority;
}

void threads_check_leaks(void)
{
	for (uint32_t i = 1; i < runtime.core.thread_count; i++) {
		const struct thread *thread = runtime.core.threads[i];
		const struct program_thread *program = thread->program;

		if (thread->state == THREAD_FINISHED && program && !program->detached &&
			!program->joined)
			misuse_leaked(thread);
	}
}

static void main_left(void)
{
	struct thread *self = runtime_self;

	thread_end(self);
}

int thread_run_main(
	int (*routine)(int, char **, char **), int argc, char **argv, char **environment)
{
	struct unwind_base base;
	int result = EXIT_SUCCESS;

	if (__sigsetjmp_cancel(base.buffer.__cancel_jmp_buf, 0) == 0) {
		__pthread_register_cancel(&base.buffer);
		result = routine(argc, argv, environment);
		__pthread_unregister_cancel(&base.buffer);
		return result;
	}
	__pthread_unregister_cancel(&base.buffer);
	main_left();
	return result;
}

/* What the attributes ask for beyond the stack, which the carrier sees to. */
static void take_attributes(
	struct thread *self, const pthread_attr_t *attributes, struct program_thread *program)
{
	struct program_thread *parent = thread_program(self);
	int detach_state = PTHREAD_CREATE_JOINABLE;
	sigset_t mask;

	program->signals_blocked = parent->signals_blocked;
	program->policy = parent->policy;
	program->priority = parent->priority;
	program->affinity_set = parent->affinity_set;
	program->affinity = parent->affinity;
	if (!attributes)
		return;
	pthread_attr_getdetachstate(attributes, &detach_state);
	program->detached = detach_state == PTHREAD_CREATE_DETACHED;
	if (pthread_attr_getsigmask_np(attributes, &mask) == 0)
		program->signals_blocked = signal_set_bits(&mask);
	thread_property_take(program, attributes);
}

/* A block that served a thread before is new memory to the next. */
static void forget_stack(const struct thread *thread)
{
	struct stack_bounds bounds;

	if (!happens_before.on)
		return;
	runtime.carrier->bounds(thread, &bounds);
	happens_before_forget(bounds.low, bounds.high - bounds.low);
}

int thread_create(
	struct thread *self, const pthread_attr_t *attributes, struct program_thread *program)
{
	struct carrier_block block;
	struct thread *child;
	int result = runtime.carrier->block_get(attributes, &block);

	if (result)
		return result;
	child = core_thread_new(&runtime.core, self);
	if (!child)
		return EAGAIN;
	take_attributes(self, attributes, program);
	program->handle = (pthread_t)block.handle;
	child->program = program;
	child->create_pc = self->call_pc;
	child->start_routine = program->start ? (uint64_t)(uintptr_t)program->start
					      : (uint64_t)(uintptr_t)program->start_c11;
	runtime.carrier->bind(&block, child, thread_entry);
	forget_stack(child);
	happens_before_thread_start(child, self);
	return 0;
}

/* A thread that weft doesn't know makes another one, beside the schedule. */
static void note_foreign_thread(void)
{
	if (runtime.core.result && !runtime.forked)
		__atomic_fetch_or(&runtime.core.result->limits, WIRE_LIMIT_FOREIGN_THREAD,
			__ATOMIC_RELAXED);
}

WEFT_HOOK int pthread_create(pthread_t *ret_thread, const pthread_attr_t *attributes,
	void *(*start)(void *), void *argument)
{
	struct thread *self = runtime_enter(HOOK_pthread_create);
	struct program_thread *program;
	pthread_attr_t defaults;
	int result;

	if (!self) {
		note_foreign_thread();
		return REAL(pthread_create)(ret_thread, attributes, start, argument);
	}
	program = arena_alloc(&runtime.arena, sizeof(*program));
	program->start = start;
	program->argument = argument;
	if (!attributes && thread_defaults_changed &&
		pthread_getattr_default_np(&defaults) == 0)
		attributes = &defaults;
	result = thread_create(self, attributes, program);
	if (result == 0)
		*ret_thread = program->handle;
	if (attributes == &defaults)
		pthread_attr_destroy(&defaults);
	/* After it, unlike all others: the new thread may run before its creator does anything.
	 */
	sched_point(self, OP_THREAD_CREATE, NULL);
	core_result(&runtime.core, self, result);
	runtime_leave(self);
	return result;
}

WEFT_HOOK void pthread_exit(void *value)
{
	struct thread *self = runtime_enter(HOOK_pthread_exit);
	struct program_thread *program;

	if (!self)
		REAL(pthread_exit)(value);
	program = thread_program(self);
	program->result = value;
	thread_ends(self);
	runtime_leave(self);
	thread_unwind(self);
}
