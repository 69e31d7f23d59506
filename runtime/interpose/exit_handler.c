/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Handlers of exit and quick_exit, and the destructors of static objects, which C++ registers
 * as such. libc keeps and runs them as always. What was done before a registration happens
 * before the handler: each is registered as a call of one here that says so.
 *
 * atexit() is in no libc.so, but programs that were linked with -fsanitize=thread import it.
 * Whose it is cannot be told then, so that unloading a library does not run it (as in libtsan).
 */
#include <stdlib.h>

#include "runtime/engine/annotation.h"
#include "runtime/interpose/hook.h"

struct registration {
	union {
		void (*with_argument)(void *);
		void (*with_status)(int, void *);
		void (*plain)(void);
	};
	void *argument;
};

/* NULL: weft is not in charge, or has no memory left; then it is libc's alone. */
static struct registration *registration_new(enum hook_id hook, uint64_t pc)
{
	struct thread *self = runtime_enter_at(hook, pc);
	struct registration *made;

	if (!self)
		return NULL;
	made = arena_alloc(&runtime.arena, sizeof(*made));
	runtime_leave(self);
	if (made)
		annotation_release(made);
	return made;
}

#define REGISTRATION(hook) \
	registration_new(HOOK_##hook, (uint64_t)(uintptr_t)__builtin_return_address(0))

static void run_with_argument(void *argument)
{
	const struct registration *made = argument;

	annotation_acquire(made);
	made->with_argument(made->argument);
}

static void run_with_status(int status, void *argument)
{
	const struct registration *made = argument;

	annotation_acquire(made);
	made->with_status(status, made->argument);
}

static void run_plain(void *argument)
{
	const struct registration *made = argument;

	annotation_acquire(made);
	made->plain();
}

WEFT_HOOK int __cxa_atexit(void (*function)(void *), void *argument, void *module)
{
	struct registration *made = REGISTRATION(__cxa_atexit);

	if (!made)
		return REAL(__cxa_atexit)(function, argument, module);
	made->with_argument = function;
	made->argument = argument;
	return REAL(__cxa_atexit)(run_with_argument, made, module);
}

WEFT_HOOK int atexit(void (*function)(void))
{
	struct registration *made = REGISTRATION(atexit);

	if (!made)
		return REAL(__cxa_atexit)((void (*)(void *))(uintptr_t)function, NULL, NULL);
	made->plain = function;
	return REAL(__cxa_atexit)(run_plain, made, NULL);
}

WEFT_HOOK int on_exit(void (*function)(int, void *), void *argument)
{
	struct registration *made = REGISTRATION(on_exit);

	if (!made)
		return REAL(on_exit)(function, argument);
	made->with_status = function;
	made->argument = argument;
	return REAL(on_exit)(run_with_status, made);
}

/* Handlers of quick_exit get no argument: their registrations are told of as one. */
static const char quick_handlers;

WEFT_HOOK int __cxa_at_quick_exit(void (*function)(void *), void *module)
{
	annotation_release(&quick_handlers);
	return REAL(__cxa_at_quick_exit)(function, module);
}

WEFT_HOOK void quick_exit(int status)
{
	annotation_acquire(&quick_handlers);
	REAL(quick_exit)(status);
	__builtin_unreachable();
}
