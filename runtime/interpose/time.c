/* SPDX-License-Identifier: Apache-2.0 */
/* Clocks and sleeping, all on the virtual clock. */
#include <errno.h>

#include "runtime/engine/sched.h"
#include "runtime/interpose/hook.h"

#define NS_PER_S UINT64_C(1000000000)
#define NS_PER_US UINT64_C(1000)

WEFT_HOOK int sched_yield(void)
{
	struct thread *self = runtime_enter(HOOK_sched_yield);

	if (!self)
		return REAL(sched_yield)();
	sched_yield_to_others(self, OP_YIELD);
	runtime_leave(self);
	return 0;
}

HOOK_ALIAS_REDIRECTED(pthread_yield, sched_yield);

WEFT_HOOK int clock_gettime(clockid_t clock, struct timespec *ret_time)
{
	struct thread *self = runtime_enter(HOOK_clock_gettime);
	uint64_t now_ns;

	if (!self)
		return REAL(clock_gettime)(clock, ret_time);
	now_ns = sched_now(self);
	if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI)
		now_ns += runtime.region->config.realtime_start_ns;
	ret_time->tv_sec = (time_t)(now_ns / NS_PER_S);
	ret_time->tv_nsec = (long)(now_ns % NS_PER_S);
	runtime_leave(self);
	return 0;
}

static void sleep_for(struct thread *self, uint64_t duration_ns)
{
	sched_point(self, OP_SLEEP, NULL);
	sched_sleep(self, runtime.core.now_ns + duration_ns);
}

WEFT_HOOK int nanosleep(const struct timespec *duration, struct timespec *ret_left)
{
	struct thread *self = runtime_enter(HOOK_nanosleep);

	if (!self)
		return REAL(nanosleep)(duration, ret_left);
	if (duration->tv_sec < 0 || duration->tv_nsec < 0 || duration->tv_nsec >= (long)NS_PER_S) {
		runtime_leave(self);
		errno = EINVAL;
		return -1;
	}
	sleep_for(self, (uint64_t)duration->tv_sec * NS_PER_S + (uint64_t)duration->tv_nsec);
	runtime_leave(self);
	return 0;
}

WEFT_HOOK int usleep(useconds_t duration_us)
{
	struct thread *self = runtime_enter(HOOK_usleep);

	if (!self)
		return REAL(usleep)(duration_us);
	sleep_for(self, duration_us * NS_PER_US);
	runtime_leave(self);
	return 0;
}

WEFT_HOOK unsigned int sleep(unsigned int duration_s)
{
	struct thread *self = runtime_enter(HOOK_sleep);

	if (!self)
		return REAL(sleep)(duration_s);
	sleep_for(self, duration_s * NS_PER_S);
	runtime_leave(self);
	return 0;
}
