/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The program's signal actions and alternate stacks, next to the runtime's own.
 *
 * The runtime watches the signals that end programs. The program doesn't see that: it is told
 * the default action, may put its own in place, and gets the watch back with SIG_DFL. The same
 * goes for the alternate stack that the watch uses. Fibers share the alternate stack of one
 * kernel thread, so once any of them has one of its own it is exchanged at each switch.
 */
#include <errno.h>

#include "runtime/engine/crash.h"
#include "runtime/engine/sched.h"
#include "runtime/interpose/signal.h"
#include "runtime/sys/raw.h"

typedef void (*handler)(int);

/* What sigset() takes instead of a handler, and gives when the signal was blocked. */
#define HANDLER_HOLD ((handler)2)

/* The alternate stack that the runtime gave the kernel thread, once the program has another. */
static stack_t watch_stack;

/* What the program sees where the watch is: SIG_DFL, with the flags and mask it gave. */
static struct sigaction default_actions[_NSIG];

static bool watched(int number)
{
	return runtime.region && number > 0 && number < _NSIG && crash_handles(number);
}

/* The program has set the default action. */
static void watch_again(int number)
{
	if (!runtime.region || runtime.forked)
		return;
	REAL(sigaction)(number, NULL, &default_actions[number]);
	crash_handler_install(number);
}

static int action_change(int number, const struct sigaction *action, struct sigaction *ret_old,
	int (*change)(int, const struct sigaction *, struct sigaction *))
{
	bool was_watched = watched(number);
	bool by_default = action && action->sa_handler == SIG_DFL;
	struct sigaction old = was_watched ? default_actions[number] : (struct sigaction){ 0 };
	int result = change(number, action, ret_old);

	if (result)
		return result;
	signal_actions_changed();
	if (by_default)
		watch_again(number);
	if (was_watched && ret_old)
		*ret_old = old;
	return 0;
}

WEFT_HOOK int sigaction(int number, const struct sigaction *action, struct sigaction *ret_old)
{
	return action_change(number, action, ret_old, REAL(sigaction));
}

WEFT_HOOK int __sigaction(int number, const struct sigaction *action, struct sigaction *ret_old)
{
	return action_change(number, action, ret_old, REAL(__sigaction));
}

/* The same for the functions that take and give the handler alone. */
static handler handler_change(int number, handler new, handler (*change)(int, handler))
{
	bool was_watched = watched(number);
	handler old = change(number, new);

	if (old == SIG_ERR)
		return old;
	signal_actions_changed();
	if (new == SIG_DFL)
		watch_again(number);
	return was_watched && old != HANDLER_HOLD ? SIG_DFL : old;
}

WEFT_HOOK handler signal(int number, handler new)
{
	return handler_change(number, new, REAL(signal));
}

WEFT_HOOK handler ssignal(int number, handler new)
{
	return handler_change(number, new, REAL(ssignal));
}

WEFT_HOOK handler sysv_signal(int number, handler new)
{
	return handler_change(number, new, REAL(sysv_signal));
}

WEFT_HOOK handler __sysv_signal(int number, handler new)
{
	return handler_change(number, new, REAL(__sysv_signal));
}

WEFT_HOOK handler sigset(int number, handler new)
{
	return handler_change(number, new, REAL(sigset));
}

static bool stack_set(const stack_t *stack)
{
	long result = raw_syscall(SYS_sigaltstack, stack, 0);

	if (!raw_failed(result))
		return true;
	errno = (int)-result;
	return false;
}

/* Gives the kernel the stack of `self`, which has just been switched to. */
static void stack_exchange(struct thread *self)
{
	const struct program_thread *program = thread_program(self);

	raw_syscall(SYS_sigaltstack,
		program->has_signal_stack ? &program->signal_stack : &watch_stack, 0);
}

static void stack_describe(
	const struct program_thread *program, const stack_t *now, stack_t *ret_stack)
{
	if (program->has_signal_stack)
		*ret_stack = *now;
	else
		*ret_stack = (stack_t){ .ss_flags = SS_DISABLE };
}

/* The program's own from now on, or none of its own: then the watch's. */
static bool stack_change(
	struct program_thread *program, const stack_t *stack, const stack_t *now)
{
	const stack_t *watch =
		runtime.carrier == &carrier_fiber ? &watch_stack : &program->watch_stack;
	bool own = !(stack->ss_flags & SS_DISABLE);

	if (!program->has_signal_stack && !watch_stack.ss_sp)
		watch_stack = *now;
	if (!program->has_signal_stack)
		program->watch_stack = *now;
	if (!stack_set(own ? stack : watch))
		return false;
	program->has_signal_stack = own;
	if (own)
		program->signal_stack = *stack;
	if (own && runtime.carrier == &carrier_fiber)
		runtime.switched = stack_exchange;
	return true;
}

WEFT_HOOK int sigaltstack(const stack_t *stack, stack_t *ret_old)
{
	struct thread *self = runtime_enter(HOOK_sigaltstack);
	struct program_thread *program;
	stack_t now, old;
	int result = 0;

	if (!self)
		return REAL(sigaltstack)(stack, ret_old);
	program = thread_program(self);
	raw_syscall(SYS_sigaltstack, 0, &now);
	stack_describe(program, &now, &old);
	if (stack && !stack_change(program, stack, &now))
		result = -1;
	else if (ret_old)
		*ret_old = old;
	runtime_leave(self);
	return result;
}

/* A jump out of handlers that the runtime called gives the thread the mask it had before them.
 */
static void handlers_left(const struct __jmp_buf_tag *environment)
{
	struct thread *self = runtime_enter(HOOK_siglongjmp);

	if (!self)
		return;
	if (environment->__mask_was_saved)
		signal_handlers_left(self);
	runtime_leave(self);
}

WEFT_HOOK void siglongjmp(sigjmp_buf environment, int value)
{
	handlers_left(environment);
	REAL(siglongjmp)(environment, value);
	__builtin_unreachable();
}

WEFT_HOOK void longjmp(jmp_buf environment, int value)
{
	handlers_left(environment);
	REAL(longjmp)(environment, value);
	__builtin_unreachable();
}

WEFT_HOOK void _longjmp(jmp_buf environment, int value)
{
	handlers_left(environment);
	REAL(_longjmp)(environment, value);
	__builtin_unreachable();
}

WEFT_HOOK void __longjmp_chk(jmp_buf environment, int value)
{
	handlers_left(environment);
	REAL(__longjmp_chk)(environment, value);
	__builtin_unreachable();
}
