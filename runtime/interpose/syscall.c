/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System calls that the program makes by syscall(): futexes are answered here, what a function
 * of libc makes as well by that function's hook; the rest goes to the kernel.
 */
#include <errno.h>
#include <stdarg.h>

#include "runtime/engine/sched.h"
#include "runtime/interpose/futex.h"
#include "runtime/interpose/syscall_forward.h"
#include "runtime/interpose/syscall_refused.h"
#include "runtime/sys/raw.h"

static long futex_call(struct thread *self, const long arguments[SYSCALL_ARGUMENTS])
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

static long to_libc(long result)
{
	if (!raw_failed(result))
		return result;
	errno = (int)-result;
	return -1;
}

WEFT_HOOK long syscall(long number, ...)
{
	struct thread *self = runtime_enter(HOOK_syscall);
	long arguments[SYSCALL_ARGUMENTS], result = -ENOSYS;
	va_list list;

	va_start(list, number);
	for (int i = 0; i < SYSCALL_ARGUMENTS; i++)
		arguments[i] = va_arg(list, long);
	va_end(list);
	if (self && (number == SYS_futex || syscall_refused(number))) {
		if (number == SYS_futex)
			result = futex_call(self, arguments);
		runtime_leave(self);
		return to_libc(result);
	}
	/* Nothing was done yet that has to be attended to. */
	runtime_self = self;
	if (self && syscall_forward(self, number, arguments, &result))
		return result;
	return REAL(syscall)(number, arguments[0], arguments[1], arguments[2], arguments[3],
		arguments[4], arguments[5]);
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
