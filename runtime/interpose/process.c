/* SPDX-License-Identifier: Apache-2.0 */
/* The beginning of the program, and the ways in which it says itself that it failed. */
#include "common/bytes.h"
#include "runtime/engine/ending.h"
#include "runtime/engine/happens_before.h"
#include "runtime/engine/misuse.h"
#include "runtime/engine/observations.h"
#include "runtime/engine/sched.h"
#include "runtime/engine/start.h"
#include "runtime/interpose/hook.h"
#include "runtime/interpose/stream.h"
#include "runtime/interpose/thread.h"
#include "runtime/sys/raw.h"

static int (*program_main)(int, char **, char **);
static void (*real_rtld_fini)(void);

static int run_main(int argc, char **argv, char **environment)
{
	return thread_run_main(program_main, argc, argv, environment);
}

/*
 * A recorded execution tells where it stood also when it leaves by itself. Not in a child of
 * vfork, which has the parent's memory but leaves for itself.
 */
static void describe_exit(void)
{
	struct wire_result *result;

	if (!runtime_self || runtime.forked)
		return;
	happens_before_tell_limit();
	if (raw_syscall(SYS_getpid) == runtime.region->result.pid) {
		observations_check_end(runtime_self);
		misuse_check_end(runtime_self, WIRE_MISUSE_EXIT_HOLDING);
		threads_check_leaks();
	}
	if (!runtime.region->request.record)
		return;
	result = &runtime.region->result;
	if (result->verdict != WIRE_VERDICT_NONE || result->thread != WIRE_NONE)
		return;
	if (raw_syscall(SYS_getpid) != result->pid)
		return;
	result->thread = runtime_self->id;
	execution_describe(runtime_self, NULL);
}

/*
 * The last moment at which the threads that nobody waited for may run: handlers of exit and
 * destructors have taken away by now what they may still use.
 */
static void leave_to_others(void)
{
	struct thread *self = runtime_enter(HOOK__exit);

	if (!self)
		return;
	if (runtime.core.live_count > 1 && !runtime.forked)
		sched_point(self, OP_PROCESS_EXIT, NULL);
	runtime_leave(self);
}

/* glibc registers what the loader gives it before all else, so that it runs as the very last.
 */
static void last_exit_handler(void)
{
	leave_to_others();
	describe_exit();
	if (real_rtld_fini)
		real_rtld_fini();
}

WEFT_HOOK int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv,
	int (*init)(void), void (*fini)(void), void (*rtld_fini)(void), void *stack_end)
{
	real_rtld_fini = rtld_fini;
	runtime_start(stack_end);
	if (runtime_in_charge()) {
		thread_adopt_main(runtime_self);
		stream_prepare();
		program_main = main;
		main = run_main;
	}
	return REAL(__libc_start_main)(
		main, argc, argv, init, fini, last_exit_handler, stack_end);
}

WEFT_HOOK void _exit(int status)
{
	leave_to_others();
	describe_exit();
	REAL(_exit)(status);
	__builtin_unreachable();
}

WEFT_HOOK void _Exit(int status)
{
	leave_to_others();
	describe_exit();
	REAL(_Exit)(status);
	__builtin_unreachable();
}

static void append(char *text, size_t size, const char *more)
{
	size_t len = string_len(text);

	string_copy(text + len, more, size - len);
}

WEFT_HOOK void __assert_fail(
	const char *assertion, const char *file, unsigned int line, const char *function)
{
	struct thread *self = runtime_enter(HOOK___assert_fail);
	char text[256] = "assertion failed: ";

	if (self && !runtime.forked) {
		append(text, sizeof(text), assertion);
		core_fail(&runtime.core, WIRE_VERDICT_ASSERTION, self);
		runtime.core.result->value = (int32_t)line;
		runtime.core.result->pc = self->call_pc;
		execution_message(text);
		execution_describe(self, NULL);
		if (runtime.region->config.debugger)
			weft_stop_here();
	}
	REAL(__assert_fail)(assertion, file, line, function);
}
