/* SPDX-License-Identifier: Apache-2.0 */
/* The beginning of the program, and the ways in which it says itself that it failed. */
#include "common/bytes.h"
#include "runtime/engine/ending.h"
#include "runtime/engine/start.h"
#include "runtime/interpose/hook.h"
#include "runtime/interpose/thread.h"

static int (*program_main)(int, char **, char **);

static int run_main(int argc, char **argv, char **environment)
{
	return thread_run_main(program_main, argc, argv, environment);
}

WEFT_HOOK int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv,
	int (*init)(void), void (*fini)(void), void (*rtld_fini)(void), void *stack_end)
{
	runtime_start(stack_end);
	if (runtime_in_charge()) {
		program_main = main;
		main = run_main;
	}
	return REAL(__libc_start_main)(main, argc, argv, init, fini, rtld_fini, stack_end);
}

static void append(char *text, size_t size, const char *more)
{
	size_t len = string_len(text);

	string_copy(text + len, more, size - len);
}

WEFT_HOOK void __assert_fail(const char *assertion, const char *file, unsigned int line,
	const char *function)
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
