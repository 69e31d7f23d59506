/* SPDX-License-Identifier: Apache-2.0 */
/* Event loops over epoll: level and edge triggered, one-shot, several loops on one epoll. */
#include "../conformance/check.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#define SOURCES 4
#define EVENTS 5
#define LOOPS 2

static int epoll;
static int sources[SOURCES];
static int stop;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint64_t received;

static void add(int fd, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.fd = fd };

	REQUIRE(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event));
}

static void *produce(void *argument)
{
	int fd = *(int *)argument;

	for (int i = 0; i < EVENTS; i++)
		REQUIRE(eventfd_write(fd, 1));
	return NULL;
}

static void receive(int fd)
{
	struct epoll_event again = { .events = EPOLLIN | EPOLLONESHOT, .data.fd = fd };
	eventfd_t value;

	REQUIRE(eventfd_read(fd, &value));
	pthread_mutex_lock(&lock);
	received += value;
	if (received == SOURCES * EVENTS)
		REQUIRE(eventfd_write(stop, 1));
	pthread_mutex_unlock(&lock);
	REQUIRE(epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &again));
}

static void *loop(void *argument)
{
	(void)argument;
	for (;;) {
		struct epoll_event events[SOURCES];
		int count = epoll_wait(epoll, events, SOURCES, -1);

		REQUIRE(count < 1);
		for (int i = 0; i < count; i++) {
			if (events[i].data.fd == stop)
				return NULL;
			receive(events[i].data.fd);
		}
	}
}

static void check_loops(void)
{
	pthread_t loops[LOOPS], producers[SOURCES];

	CASE("loops");
	epoll = epoll_create1(EPOLL_CLOEXEC);
	stop = eventfd(0, 0);
	add(stop, EPOLLIN);
	for (int i = 0; i < SOURCES; i++) {
		sources[i] = eventfd(0, EFD_CLOEXEC);
		add(sources[i], EPOLLIN | EPOLLONESHOT);
	}
	for (int i = 0; i < LOOPS; i++)
		loops[i] = check_start(loop, NULL);
	for (int i = 0; i < SOURCES; i++)
		producers[i] = check_start(produce, &sources[i]);
	for (int i = 0; i < SOURCES; i++)
		check_join(producers[i]);
	for (int i = 0; i < LOOPS; i++)
		check_join(loops[i]);
	CHECK_VALUE(received, SOURCES * EVENTS);
	for (int i = 0; i < SOURCES; i++)
		REQUIRE(close(sources[i]));
	REQUIRE(close(stop) || close(epoll));
}

static void check_edges(void)
{
	struct epoll_event event;
	struct timespec limit = { 0, CHECK_NS_PER_MS }, bad = check_bad_time();
	int ends[2];
	char byte;

	CASE("edge triggered");
	epoll = epoll_create(1);
	REQUIRE(pipe(ends));
	add(ends[0], EPOLLIN | EPOLLET);
	CHECK_VALUE(epoll_wait(epoll, &event, 1, 0), 0);
	REQUIRE(write(ends[1], "ab", 2) != 2);
	CHECK_VALUE(epoll_wait(epoll, &event, 1, -1), 1);
	CHECK_VALUE(epoll_wait(epoll, &event, 1, 1), 0);
	CHECK_VALUE(read(ends[0], &byte, 1), 1);
	CHECK_VALUE(epoll_pwait(epoll, &event, 1, 1, NULL), 0);
	REQUIRE(write(ends[1], "c", 1) != 1);
	CHECK_VALUE(epoll_pwait2(epoll, &event, 1, NULL, NULL), 1);
	CHECK_VALUE(epoll_pwait2(epoll, &event, 1, &limit, NULL), 0);
	CHECK_ERRNO(epoll_pwait2(epoll, &event, 1, &bad, NULL), EINVAL);
	REQUIRE(close(ends[1]));
	CHECK_VALUE(epoll_wait(epoll, &event, 1, -1), 1);
	CHECK_TRUE(event.events & EPOLLHUP);
	REQUIRE(close(ends[0]));
	CHECK_VALUE(epoll_wait(epoll, &event, 1, 1), 0);
	REQUIRE(close(epoll));
}

static void check_errors(void)
{
	struct epoll_event event = { .events = EPOLLIN };
	int counter = eventfd(0, EFD_NONBLOCK);
	eventfd_t value;

	CASE("errors");
	CHECK_ERRNO(epoll_create(0), EINVAL);
	CHECK_ERRNO(epoll_create1(1), EINVAL);
	epoll = epoll_create1(0);
	CHECK_ERRNO(epoll_wait(epoll, &event, 0, 0), EINVAL);
	CHECK_ERRNO(epoll_wait(counter, &event, 1, -1), EINVAL);
	CHECK_ERRNO(epoll_ctl(epoll, EPOLL_CTL_DEL, counter, &event), ENOENT);
	add(counter, EPOLLIN);
	CHECK_ERRNO(epoll_ctl(epoll, EPOLL_CTL_ADD, counter, &event), EEXIST);
	CHECK_ERRNO(eventfd_read(counter, &value), EAGAIN);
	CHECK_ERRNO(eventfd_write(counter, UINT64_MAX), EINVAL);
	CHECK_ERRNO(eventfd_write(counter, UINT64_MAX - 1), 0);
	CHECK_ERRNO(eventfd_write(counter, 1), EAGAIN);
	CHECK_ERRNO(eventfd(0, -1), EINVAL);
	REQUIRE(close(epoll) || close(counter));
	CHECK_ERRNO(epoll_wait(epoll, &event, 1, -1), EBADF);
}

static int semaphore;

static void *take(void *argument)
{
	eventfd_t value = 0;

	(void)argument;
	REQUIRE(eventfd_read(semaphore, &value));
	return (void *)value;
}

static void check_semaphore(void)
{
	pthread_t takers[3];
	long taken = 0;

	CASE("semaphore");
	semaphore = eventfd(1, EFD_SEMAPHORE);
	for (int i = 0; i < 3; i++)
		takers[i] = check_start(take, NULL);
	CHECK_ERRNO(eventfd_write(semaphore, 2), 0);
	for (int i = 0; i < 3; i++)
		taken += (long)check_join(takers[i]);
	CHECK_VALUE(taken, 3);
	REQUIRE(close(semaphore));
}

int main(void)
{
	check_loops();
	check_edges();
	check_errors();
	check_semaphore();
	return 0;
}
