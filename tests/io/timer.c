/* SPDX-License-Identifier: Apache-2.0 */
/* timerfd: alone, in poll and epoll, once and periodic, read by several. */
#include "../conformance/check.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>

static int timer;

static struct itimerspec setting(long first_ms, long interval_ms)
{
	return (struct itimerspec){
		.it_value = { 0, first_ms * CHECK_NS_PER_MS },
		.it_interval = { 0, interval_ms * CHECK_NS_PER_MS },
	};
}

static uint64_t expirations(void)
{
	uint64_t count = 0;

	REQUIRE(read(timer, &count, sizeof(count)) != sizeof(count));
	return count;
}

static void check_once(void)
{
	struct itimerspec once = setting(CHECK_TIMEOUT_MS, 0), old;
	struct timespec start = check_time_in(CLOCK_MONOTONIC, 0);
	struct pollfd polled;
	uint64_t count;

	CASE("once");
	timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
	polled = (struct pollfd){ .fd = timer, .events = POLLIN };
	CHECK_ERRNO(read(timer, &count, sizeof(count)), EAGAIN);
	CHECK_VALUE(poll(&polled, 1, 1), 0);
	CHECK_ERRNO(timerfd_settime(timer, 0, &once, NULL), 0);
	REQUIRE(timerfd_gettime(timer, &old));
	CHECK_TRUE(old.it_value.tv_nsec > 0 && old.it_value.tv_nsec <= once.it_value.tv_nsec);
	CHECK_VALUE(poll(&polled, 1, -1), 1);
	CHECK_TRUE(check_ns_since(CLOCK_MONOTONIC, start) >= once.it_value.tv_nsec);
	CHECK_VALUE(expirations(), 1);
	CHECK_ERRNO(read(timer, &count, sizeof(count)), EAGAIN);
	REQUIRE(timerfd_gettime(timer, &old));
	CHECK_VALUE(old.it_value.tv_sec + old.it_value.tv_nsec, 0);
	REQUIRE(close(timer));
}

static void *wait_for_timer(void *argument)
{
	(void)argument;
	return (void *)expirations();
}

/* Armed while another thread waits for it already. */
static void check_armed_later(void)
{
	struct itimerspec periodic = setting(1, 2), never = setting(0, 0);
	struct timespec at = check_time_in(CLOCK_REALTIME, CHECK_TIMEOUT_MS);
	struct itimerspec absolute = { .it_value = at };
	struct epoll_event event = { .events = EPOLLIN };
	pthread_t thread;
	int epoll = epoll_create1(0);

	CASE("armed later");
	timer = timerfd_create(CLOCK_REALTIME, 0);
	thread = check_start(wait_for_timer, NULL);
	CHECK_ERRNO(timerfd_settime(timer, 0, &periodic, NULL), 0);
	CHECK_TRUE((long)check_join(thread) >= 1);
	REQUIRE(epoll_ctl(epoll, EPOLL_CTL_ADD, timer, &event));
	CHECK_VALUE(epoll_wait(epoll, &event, 1, -1), 1);
	CHECK_TRUE(expirations() >= 1);
	CHECK_VALUE(epoll_wait(epoll, &event, 1, -1), 1);
	CHECK_ERRNO(timerfd_settime(timer, 0, &never, NULL), 0);
	CHECK_VALUE(epoll_wait(epoll, &event, 1, 1), 0);
	CHECK_ERRNO(timerfd_settime(timer, TFD_TIMER_ABSTIME, &absolute, NULL), 0);
	CHECK_VALUE(epoll_wait(epoll, &event, 1, -1), 1);
	CHECK_VALUE(expirations(), 1);
	REQUIRE(close(timer) || close(epoll));
}

static void check_errors(void)
{
	struct itimerspec bad = { .it_value = check_bad_time() }, now = setting(1, 0);

	CASE("errors");
	CHECK_ERRNO(timerfd_create(99, 0), EINVAL);
	CHECK_ERRNO(timerfd_create(CLOCK_MONOTONIC, -1), EINVAL);
	timer = timerfd_create(CLOCK_MONOTONIC, 0);
	CHECK_ERRNO(timerfd_settime(timer, 0, &bad, NULL), EINVAL);
	CHECK_ERRNO(timerfd_settime(timer, -1, &now, NULL), EINVAL);
	CHECK_ERRNO(timerfd_settime(-1, 0, &now, NULL), EBADF);
	CHECK_ERRNO(timerfd_settime(0, 0, &now, NULL), EINVAL);
	REQUIRE(close(timer));
}

int main(void)
{
	check_once();
	check_armed_later();
	check_errors();
	return 0;
}
