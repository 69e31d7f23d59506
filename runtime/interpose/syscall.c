/* SPDX-License-Identifier: Apache-2.0 */
/* System calls that the program makes by syscall(): those that concern threads are answered
 * here. */
#include <errno.h>
#include <stdarg.h>

#include "runtime/engine/sched.h"
#include "runtime/interpose/entropy.h"
#include "runtime/interpose/futex.h"
#include "runtime/interpose/syscall_refused.h"
#include "runtime/sys/raw.h"

#define ARGUMENTS 6

static long futex_call(struct thread *self, const long arguments[ARGUMENTS])
{
	struct futex_call call = {
		.word = (uint32_t *)arguments[0],
		.operation = (int)arguments[1],
		.value = (uint32_t)arguments[2],
		.timeout = (const struct timespec *)arguments[3],
		.value2 = (uint32_t)arguments[3],
		.word2 = (uint32_t *)arguments[4],
		.value3 = (uint32_t)arguments[5],
	};
	long result = futex_execute(self, &call);

	core_result(&runtime.core, self, (int32_t)result);
	return result;
}

/* Returns whether the call was answered. */
static bool answer(
	struct thread *self, long number, const long arguments[ARGUMENTS], long *ret_result)
{
	switch (number) {
	case SYS_futex:
		*ret_result = futex_call(self, arguments);
		return true;
	case SYS_getrandom:
		*ret_result = entropy_random(
			(void *)arguments[0], (size_t)arguments[1], (unsigned int)arguments[2]);
		return true;
	case SYS_gettid:
		*ret_result = thread_kernel_id(self);
		return true;
	case SYS_sched_yield:
		sched_yield_to_others(self, OP_YIELD);
		*ret_result = 0;
		return true;
	default:
		*ret_result = -ENOSYS;
		return syscall_refused(number);
	}
}

WEFT_HOOK long syscall(long number, ...)
{
	struct thread *self = runtime_enter(HOOK_syscall);
	long arguments[ARGUMENTS], result;
	bool answered = false;
	va_list list;

	va_start(list, number);
	for (int i = 0; i < ARGUMENTS; i++)
		arguments[i] = va_arg(list, long);
	va_end(list);
	if (self) {
		answered = answer(self, number, arguments, &result);
		runtime_leave(self);
	}
	if (!answered)
		return REAL(syscall)(number, arguments[0], arguments[1], arguments[2],
			arguments[3], arguments[4], arguments[5]);
	if (!raw_failed(result))
		return result;
	errno = (int)-result;
	return -1;
}

WEFT_HOOK pid_t gettid(void)
{
	struct thread *self = runtime_enter(HOOK_gettid);
	pid_t id;

	if (!self)
		return REAL(gettid)();
	id = (pid_t)thread_kernel_id(self);
	runtime_leave(self);
	return id;
}
