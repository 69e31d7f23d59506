/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waiting for a signal: sigwait and its kin, which take a pending one, and pause and
 * sigsuspend, which return after a handler ran. Any process may send a signal, so none of these
 * waits is a deadlock.
 */
#include <errno.h>
#include <signal.h>

#include "runtime/interpose/cancel.h"
#include "runtime/interpose/io.h"
#include "runtime/interpose/poll.h"
#include "runtime/interpose/signal.h"

#define KERNEL_SIGSET_SIZE 8

static struct object *signal_object(void)
{
	return object_get(&runtime.core, 0, WIRE_OBJECT_SIGNAL);
}

/* One that another thread sent to this one, else one that the kernel has for the process. */
static long take_pending(struct thread *self, const sigset_t *set, siginfo_t *ret_info)
{
	static const struct timespec at_once = { 0, 0 };
	siginfo_t info;
	int number = signal_take(self, signal_set_bits(set), &info);

	if (!number)
		return raw_syscall(
			SYS_rt_sigtimedwait, set, ret_info, &at_once, KERNEL_SIGSET_SIZE);
	if (ret_info)
		*ret_info = info;
	return number;
}

static long take_signal(struct thread *self, const sigset_t *set, siginfo_t *ret_info,
	const struct timespec *timeout)
{
	struct object *object = signal_object();
	uint64_t deadline_ns = poll_deadline(timeout);
	bool over = deadline_ns <= runtime.core.now_ns;
	long result;

	cancel_point(self);
	sched_point(self, OP_SIGNAL_WAIT, object);
	while ((result = take_pending(self, set, ret_info)) == -EAGAIN && !over) {
		struct external_wait wait = {
			.retry = true,
			.reach = REACH_ANYONE,
			.signals = signal_set_bits(set),
		};
		enum wait_result woken;

		self->wait.interruptible = true;
		self->wait.key = signal_set_bits(set);
		woken = external_wait(self, object, &wait, deadline_ns);
		self->wait.key = 0;
		/* By the signal itself, or by the handler of another. */
		if (woken == WAIT_INTERRUPTED && cancel_interrupted(self))
			return -EINTR;
		over = woken == WAIT_TIMED_OUT;
	}
	return result;
}

WEFT_HOOK int sigtimedwait(
	const sigset_t *set, siginfo_t *ret_info, const struct timespec *timeout)
{
	struct thread *self = runtime_enter(HOOK_sigtimedwait);

	if (!self)
		return REAL(sigtimedwait)(set, ret_info, timeout);
	if (!poll_timeout_valid(timeout))
		return (int)io_return(self, -EINVAL);
	return (int)io_return(self, take_signal(self, set, ret_info, timeout));
}

WEFT_HOOK int sigwaitinfo(const sigset_t *set, siginfo_t *ret_info)
{
	struct thread *self = runtime_enter(HOOK_sigwaitinfo);

	if (!self)
		return REAL(sigwaitinfo)(set, ret_info);
	return (int)io_return(self, take_signal(self, set, ret_info, NULL));
}

/* Returns its error instead of setting errno, and is not interrupted by a handler. */
WEFT_HOOK int sigwait(const sigset_t *set, int *ret_signal)
{
	struct thread *self = runtime_enter(HOOK_sigwait);
	siginfo_t info;
	long result;

	if (!self)
		return REAL(sigwait)(set, ret_signal);
	do
		result = take_signal(self, set, &info, NULL);
	while (result == -EINTR);
	core_result(&runtime.core, self, (int32_t)result);
	runtime_leave(self);
	if (raw_failed(result))
		return (int)-result;
	*ret_signal = (int)result;
	return 0;
}

/*
 * Until a handler has run. With a mask of its own, each look lets through what is pending;
 * without one, signals come whenever they like, and the wait is told by who delivers them.
 */
static long wait_for_handler(struct thread *self, const sigset_t *mask)
{
	static const struct timespec at_once = { 0, 0 };
	struct object *object = signal_object();

	cancel_point(self);
	sched_point(self, OP_SIGNAL_WAIT, object);
	for (;;) {
		struct external_wait wait = {
			.retry = mask != NULL,
			.reach = REACH_ANYONE,
			.signals = mask ? ~signal_set_bits(mask) : 0,
			.until_signal = true,
		};
		struct timespec timeout = at_once;

		if (mask && raw_syscall(SYS_ppoll, NULL, 0, &timeout, mask,
				    KERNEL_SIGSET_SIZE) == -EINTR)
			return -EINTR;
		self->wait.interruptible = true;
		if (external_wait(self, object, &wait, DEADLINE_NEVER) == WAIT_INTERRUPTED) {
			cancel_interrupted(self);
			return -EINTR;
		}
	}
}

WEFT_HOOK int pause(void)
{
	struct thread *self = runtime_enter(HOOK_pause);

	if (!self)
		return REAL(pause)();
	return (int)io_return(self, wait_for_handler(self, NULL));
}

WEFT_HOOK int sigsuspend(const sigset_t *mask)
{
	struct thread *self = runtime_enter(HOOK_sigsuspend);

	if (!self)
		return REAL(sigsuspend)(mask);
	return (int)io_return(self, wait_for_handler(self, mask));
}
