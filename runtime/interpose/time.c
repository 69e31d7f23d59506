/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Clocks and sleeping, all on the virtual clock. Time spent on a CPU is virtual, too: it passes
 * as fast as any other.
 */
#include <errno.h>
#include <sys/times.h>

#include "runtime/engine/sched.h"
#include "runtime/interpose/cancel.h"
#include "runtime/interpose/clock.h"
#include "runtime/interpose/thread.h"
#include "runtime/sys/raw.h"

/* What clock_t counts in times(2): sysconf(_SC_CLK_TCK) is 100 on Linux. */
#define NS_PER_TICK UINT64_C(10000000)

uint64_t clock_base_ns(clockid_t clock)
{
	switch (clock) {
	case CLOCK_REALTIME:
	case CLOCK_REALTIME_COARSE:
	case CLOCK_REALTIME_ALARM:
	case CLOCK_TAI:
		return runtime.region->config.realtime_start_ns;
	default:
		return 0;
	}
}

uint64_t clock_deadline_ns(clockid_t clock, const struct timespec *time)
{
	uint64_t time_ns = clock_time_ns(time), base_ns = clock_base_ns(clock);

	return time_ns > base_ns ? time_ns - base_ns : 0;
}

/*
 * The CPU clock of one of the program's threads: the kernel has it in three bits that it is
 * one, and the thread's id, inverted, in the others. On fibers the kernel does not know the
 * thread.
 */
static bool is_thread_clock(clockid_t clock)
{
	uint32_t id = ~(uint32_t)(clock >> 3);

	if (clock >= 0 || (clock & 7) != 6)
		return false;
	for (uint32_t i = 0; i < runtime.core.thread_count; i++)
		if (thread_kernel_id(runtime.core.threads[i]) == id)
			return true;
	return false;
}

static bool clock_exists(clockid_t clock)
{
	if (is_thread_clock(clock))
		return true;
	return clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC ||
	       raw_syscall(SYS_clock_getres, clock, 0) == 0;
}

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
/* ---- clocks ---- */

WEFT_HOOK int clock_gettime(clockid_t clock, struct timespec *ret_time)
{
	struct thread *self = runtime_enter(HOOK_clock_gettime);

	if (!self)
		return REAL(clock_gettime)(clock, ret_time);
	if (!clock_exists(clock)) {
		runtime_leave(self);
		errno = EINVAL;
		return -1;
	}
	clock_time_set(ret_time, sched_now(self) + clock_base_ns(clock));
	runtime_leave(self);
	return 0;
}

WEFT_HOOK int __clock_gettime(clockid_t, struct timespec *) HOOK_ALIAS(clock_gettime);

WEFT_HOOK int gettimeofday(struct timeval *ret_time, void *ret_zone)
{
	struct thread *self = runtime_enter(HOOK_gettimeofday);
	struct timezone *zone = ret_zone;
	uint64_t now_ns;

	if (!self)
		return REAL(gettimeofday)(ret_time, ret_zone);
	now_ns = sched_now(self) + clock_base_ns(CLOCK_REALTIME);
	if (ret_time) {
		ret_time->tv_sec = (time_t)(now_ns / NS_PER_S);
		ret_time->tv_usec = (suseconds_t)(now_ns % NS_PER_S / NS_PER_US);
	}
	if (zone)
		*zone = (struct timezone){ 0, 0 };
	runtime_leave(self);
	return 0;
}

WEFT_HOOK time_t time(time_t *ret_time)
{
	struct thread *self = runtime_enter(HOOK_time);
	time_t now;

	if (!self)
		return REAL(time)(ret_time);
	now = (time_t)((sched_now(self) + clock_base_ns(CLOCK_REALTIME)) / NS_PER_S);
	if (ret_time)
		*ret_time = now;
	runtime_leave(self);
	return now;
}

WEFT_HOOK int timespec_get(struct timespec *ret_time, int base)
{
	struct thread *self = base == TIME_UTC ? runtime_enter(HOOK_timespec_get) : NULL;

	if (!self)
		return REAL(timespec_get)(ret_time, base);
	clock_time_set(ret_time, sched_now(self) + clock_base_ns(CLOCK_REALTIME));
	runtime_leave(self);
	return base;
}

WEFT_HOOK clock_t clock(void)
{
	struct thread *self = runtime_enter(HOOK_clock);
	clock_t now;

	if (!self)
		return REAL(clock)();
	now = (clock_t)(sched_now(self) / (NS_PER_S / CLOCKS_PER_SEC));
	runtime_leave(self);
	return now;
}

WEFT_HOOK clock_t times(struct tms *ret_times)
{
	struct thread *self = runtime_enter(HOOK_times);
	clock_t now;

	if (!self)
		return REAL(times)(ret_times);
	now = (clock_t)(sched_now(self) / NS_PER_TICK);
	if (ret_times)
		*ret_times = (struct tms){ .tms_utime = now };
	runtime_leave(self);
	return now;
}

/* ---- sleeping ---- */

/* Returns what is left of the sleep in nanoseconds: 0 unless it was interrupted. */
static uint64_t sleep_until(struct thread *self, uint64_t deadline_ns)
{
	cancel_point(self);
	sched_point(self, OP_SLEEP, NULL);
	if (deadline_ns <= runtime.core.now_ns)
		return 0;
	self->wait.interruptible = true;
	if (sched_sleep(self, deadline_ns) != WAIT_INTERRUPTED)
		return 0;
	/* No SA_RESTART makes it go on. */
	cancel_interrupted(self);
	return deadline_ns > runtime.core.now_ns ? deadline_ns - runtime.core.now_ns : 0;
}

static uint64_t sleep_for(struct thread *self, uint64_t duration_ns)
{
	return sleep_until(self, runtime.core.now_ns + duration_ns);
}

/* Returns 0 or a positive errno. */
static int sleep_relative(
	struct thread *self, const struct timespec *duration, struct timespec *ret_left)
{
	uint64_t left_ns;

	if (!clock_time_valid(duration))
		return EINVAL;
	left_ns = sleep_for(self, clock_time_ns(duration));
	if (!left_ns)
		return 0;
	if (ret_left)
		clock_time_set(ret_left, left_ns);
	return EINTR;
}

static int sleep_absolute(struct thread *self, clockid_t clock, const struct timespec *until)
{
	if (!clock_time_valid(until))
		return EINVAL;
	return sleep_until(self, clock_deadline_ns(clock, until)) ? EINTR : 0;
}

WEFT_HOOK int nanosleep(const struct timespec *duration, struct timespec *ret_left)
{
	struct thread *self = runtime_enter(HOOK_nanosleep);
	int result;

	if (!self)
		return REAL(nanosleep)(duration, ret_left);
	result = sleep_relative(self, duration, ret_left);
	runtime_leave(self);
	if (!result)
		return 0;
	errno = result;
	return -1;
}

WEFT_HOOK int __nanosleep(const struct timespec *, struct timespec *) HOOK_ALIAS(nanosleep);

WEFT_HOOK int clock_nanosleep(
	clockid_t clock, int flags, const struct timespec *time, struct timespec *ret_left)
{
	struct thread *self = runtime_enter(HOOK_clock_nanosleep);
	int result;

	if (!self)
		return REAL(clock_nanosleep)(clock, flags, time, ret_left);
	if (clock == CLOCK_THREAD_CPUTIME_ID || !clock_exists(clock))
		result = EINVAL;
	else if (flags & TIMER_ABSTIME)
		result = sleep_absolute(self, clock, time);
	else
		result = sleep_relative(self, time, ret_left);
	runtime_leave(self);
	return result;
}

WEFT_HOOK int usleep(useconds_t duration_us)
{
	struct thread *self = runtime_enter(HOOK_usleep);
	uint64_t left_ns;

	if (!self)
		return REAL(usleep)(duration_us);
	left_ns = sleep_for(self, duration_us * NS_PER_US);
	runtime_leave(self);
	if (!left_ns)
		return 0;
	errno = EINTR;
	return -1;
}

WEFT_HOOK unsigned int sleep(unsigned int duration_s)
{
	struct thread *self = runtime_enter(HOOK_sleep);
	uint64_t left_ns;

	if (!self)
		return REAL(sleep)(duration_s);
	left_ns = sleep_for(self, duration_s * NS_PER_S);
	runtime_leave(self);
	return (unsigned int)((left_ns + NS_PER_S - 1) / NS_PER_S);
}
