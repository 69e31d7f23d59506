/* SPDX-License-Identifier: Apache-2.0 */
/*
 * timerfd on the virtual clock. The descriptor is really an eventfd, whose counter is what a
 * read of a timerfd gives: the number of expirations since the last one.
 */
#include <errno.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>

#include "runtime/engine/descriptor.h"
#include "runtime/interpose/clock.h"
#include "runtime/interpose/io.h"

#define TIMERS_MAX 1024u

struct virtual_timer {
	struct external_timer timer; /* first */
	int fd;			     /* through which it was set last */
	uint32_t number;
	clockid_t clock;
	uint64_t interval_ns; /* 0: once */
};

static struct virtual_timer *timers[TIMERS_MAX];
static uint32_t timer_count;

static bool is_open(const struct virtual_timer *timer)
{
	const struct descriptor *descriptor = descriptor_get(timer->fd);

	return descriptor->kind == DESCRIPTOR_TIMER && descriptor->timer == timer->number;
}

static uint64_t expire(struct external_timer *external, uint64_t now_ns)
{
	struct virtual_timer *timer = (struct virtual_timer *)external;
	uint64_t count = 1;

	if (!is_open(timer))
		return DEADLINE_NEVER;
	if (timer->interval_ns)
		count += (now_ns - external->expiry_ns) / timer->interval_ns;
	raw_syscall(SYS_write, timer->fd, &count, sizeof(count));
	return timer->interval_ns ? external->expiry_ns + count * timer->interval_ns
				  : DEADLINE_NEVER;
}

/* Forgets expirations that nobody has read. */
static void drain(int fd)
{
	struct io io = { .fd = fd };
	uint64_t count;

	if (io_is_ready(&io, POLLIN))
		raw_syscall(SYS_read, fd, &count, sizeof(count));
}

static struct virtual_timer *timer_of(int fd)
{
	const struct descriptor *descriptor = descriptor_get(fd);

	return descriptor->kind == DESCRIPTOR_TIMER ? timers[descriptor->timer] : NULL;
}

static bool clock_supported(clockid_t clock)
{
	return clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC || clock == CLOCK_BOOTTIME ||
	       clock == CLOCK_REALTIME_ALARM || clock == CLOCK_BOOTTIME_ALARM;
}

static long timer_make(clockid_t clock, int flags)
{
	struct virtual_timer *timer;
	struct descriptor *descriptor;
	long fd;

	if (!clock_supported(clock) || (flags & ~(TFD_NONBLOCK | TFD_CLOEXEC)))
		return -EINVAL;
	if (timer_count == TIMERS_MAX)
		return -EMFILE;
	fd = raw_syscall(SYS_eventfd2, 0, flags);
	if (raw_failed(fd))
		return fd;
	descriptor = descriptor_set((int)fd, DESCRIPTOR_TIMER);
	if (!descriptor) {
		raw_syscall(SYS_close, fd);
		return -EMFILE;
	}
	timer = arena_alloc(&runtime.arena, sizeof(*timer));
	timer->timer.expire = expire;
	timer->timer.expiry_ns = DEADLINE_NEVER;
	timer->number = descriptor->timer = timer_count;
	timer->clock = clock;
	timer->fd = (int)fd;
	timers[timer_count++] = timer;
	return fd;
}

WEFT_HOOK int timerfd_create(clockid_t clock, int flags)
{
	struct thread *self = runtime_enter(HOOK_timerfd_create);

	if (!self)
		return REAL(timerfd_create)(clock, flags);
	sched_point(self, OP_FD_OPEN, NULL);
	return (int)io_return(self, timer_make(clock, flags));
}

static void timer_get(const struct virtual_timer *timer, struct itimerspec *ret_setting)
{
	uint64_t left_ns = 0;

	if (timer->timer.expiry_ns != DEADLINE_NEVER)
		left_ns = timer->timer.expiry_ns > runtime.core.now_ns
				  ? timer->timer.expiry_ns - runtime.core.now_ns
				  : 1;
	clock_time_set(&ret_setting->it_value, left_ns);
	clock_time_set(&ret_setting->it_interval, timer->interval_ns);
}

static long timer_set(
	struct virtual_timer *timer, int fd, int flags, const struct itimerspec *setting)
{
	uint64_t value_ns;

	if (!setting || !clock_time_valid(&setting->it_value) ||
		!clock_time_valid(&setting->it_interval) ||
		(flags & ~(TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET)))
		return -EINVAL;
	value_ns = clock_time_ns(&setting->it_value);
	timer->fd = fd;
	timer->interval_ns = clock_time_ns(&setting->it_interval);
	drain(fd);
	if (!value_ns)
		external_timer_set(&timer->timer, DEADLINE_NEVER);
	else if (flags & TFD_TIMER_ABSTIME)
		external_timer_set(
			&timer->timer, clock_deadline_ns(timer->clock, &setting->it_value));
	else
		external_timer_set(&timer->timer, runtime.core.now_ns + value_ns);
	return 0;
}

WEFT_HOOK int timerfd_settime(
	int fd, int flags, const struct itimerspec *setting, struct itimerspec *ret_old)
{
	struct thread *self = runtime_enter(HOOK_timerfd_settime);
	struct virtual_timer *timer;
	struct itimerspec old;
	struct io io;
	long result;

	if (!self)
		return REAL(timerfd_settime)(fd, flags, setting, ret_old);
	io_begin(&io, self, OP_FD_WRITE, fd);
	timer = timer_of(fd);
	if (!timer)
		return (int)io_end(
			&io, raw_syscall(SYS_timerfd_settime, fd, flags, setting, ret_old));
	timer_get(timer, &old);
	result = timer_set(timer, fd, flags, setting);
	if (result == 0 && ret_old)
		*ret_old = old;
	return (int)io_end(&io, result);
}

WEFT_HOOK int timerfd_gettime(int fd, struct itimerspec *ret_setting)
{
	struct thread *self = runtime_enter(HOOK_timerfd_gettime);
	struct virtual_timer *timer;
	struct io io;

	if (!self)
		return REAL(timerfd_gettime)(fd, ret_setting);
	io_begin(&io, self, OP_FD_READ, fd);
	timer = timer_of(fd);
	if (!timer)
		return (int)io_end(&io, raw_syscall(SYS_timerfd_gettime, fd, ret_setting));
	timer_get(timer, ret_setting);
	return (int)io_end(&io, 0);
}
