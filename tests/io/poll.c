/* SPDX-License-Identifier: Apache-2.0 */
/* poll, ppoll, select and pselect: what is ready, what is not in time, and what is wrong. */
#include "../conformance/check.h"

#include <poll.h>
#include <sys/select.h>

#define PIPES 3

static int pipes[PIPES][2];

static void *write_to_all(void *argument)
{
	(void)argument;
	for (int i = 0; i < PIPES; i++)
		REQUIRE(write(pipes[i][1], "x", 1) != 1);
	return NULL;
}

static void make_pipes(void)
{
	for (int i = 0; i < PIPES; i++)
		REQUIRE(pipe(pipes[i]));
}

static void close_pipes(void)
{
	for (int i = 0; i < PIPES; i++)
		REQUIRE(close(pipes[i][0]) || close(pipes[i][1]));
}

static void check_poll(void)
{
	struct pollfd fds[PIPES];
	struct timespec limit = { 0, CHECK_TIMEOUT_MS * CHECK_NS_PER_MS };
	struct timespec bad = check_bad_time();
	struct timespec start;
	pthread_t thread;
	int seen = 0;
	char byte;

	CASE("poll");
	make_pipes();
	for (int i = 0; i < PIPES; i++)
		fds[i] = (struct pollfd){ .fd = pipes[i][0], .events = POLLIN };
	CHECK_VALUE(poll(fds, PIPES, 0), 0);
	start = check_time_in(CLOCK_MONOTONIC, 0);
	CHECK_VALUE(poll(fds, PIPES, CHECK_TIMEOUT_MS), 0);
	CHECK_TRUE(
		check_ns_since(CLOCK_MONOTONIC, start) >= CHECK_TIMEOUT_MS * CHECK_NS_PER_MS);
	CHECK_VALUE(ppoll(fds, PIPES, &limit, NULL), 0);
	CHECK_ERRNO(ppoll(fds, PIPES, &bad, NULL), EINVAL);
	thread = check_start(write_to_all, NULL);
	while (seen < PIPES) {
		REQUIRE(poll(fds, PIPES, -1) < 1);
		for (int i = 0; i < PIPES; i++) {
			if (!(fds[i].revents & POLLIN))
				continue;
			REQUIRE(read(fds[i].fd, &byte, 1) != 1);
			seen++;
		}
	}
	CHECK_VALUE(seen, PIPES);
	check_join(thread);
	close_pipes();
	CHECK_VALUE(poll(fds, 1, -1), 1);
	CHECK_VALUE(fds[0].revents, POLLNVAL);
	fds[0].fd = -1;
	CHECK_VALUE(poll(fds, 1, 1), 0);
	CHECK_VALUE(poll(NULL, 0, 1), 0);
}

static void *close_writer(void *argument)
{
	(void)argument;
	REQUIRE(close(pipes[0][1]));
	return NULL;
}

static void check_hangup(void)
{
	struct pollfd fd;
	pthread_t thread;

	CASE("hangup");
	REQUIRE(pipe(pipes[0]));
	fd = (struct pollfd){ .fd = pipes[0][0] };
	thread = check_start(close_writer, NULL);
	CHECK_VALUE(poll(&fd, 1, -1), 1);
	CHECK_VALUE(fd.revents, POLLHUP);
	check_join(thread);
	REQUIRE(close(pipes[0][0]));
}

static void check_select(void)
{
	struct timeval limit = { 0, CHECK_TIMEOUT_MS * 1000 };
	struct timespec at_once = { 0, 0 }, bad = check_bad_time();
	fd_set readable, writable;
	pthread_t thread;
	char byte;

	CASE("select");
	make_pipes();
	FD_ZERO(&readable);
	FD_SET(pipes[0][0], &readable);
	CHECK_VALUE(select(pipes[0][0] + 1, &readable, NULL, NULL, &limit), 0);
	CHECK_VALUE(FD_ISSET(pipes[0][0], &readable), 0);
	CHECK_VALUE(limit.tv_sec, 0);
	CHECK_VALUE(limit.tv_usec, 0);
	FD_ZERO(&writable);
	FD_SET(pipes[0][0], &readable);
	FD_SET(pipes[0][1], &writable);
	CHECK_VALUE(pselect(pipes[0][1] + 1, &readable, &writable, NULL, NULL, NULL), 1);
	CHECK_VALUE(!FD_ISSET(pipes[0][0], &readable) && FD_ISSET(pipes[0][1], &writable), 1);
	thread = check_start(write_to_all, NULL);
	for (int i = 0; i < PIPES; i++) {
		FD_ZERO(&readable);
		FD_SET(pipes[i][0], &readable);
		CHECK_VALUE(select(pipes[i][0] + 1, &readable, NULL, NULL, NULL), 1);
		CHECK_VALUE(read(pipes[i][0], &byte, 1), 1);
	}
	check_join(thread);
	CHECK_ERRNO(select(-1, NULL, NULL, NULL, NULL), EINVAL);
	CHECK_ERRNO(pselect(0, NULL, NULL, NULL, &bad, NULL), EINVAL);
	CHECK_VALUE(pselect(0, NULL, NULL, NULL, &at_once, NULL), 0);
	FD_ZERO(&readable);
	FD_SET(pipes[0][0], &readable);
	close_pipes();
	CHECK_ERRNO(select(pipes[0][0] + 1, &readable, NULL, NULL, NULL), EBADF);
}

int main(void)
{
	check_poll();
	check_hangup();
	check_select();
	return 0;
}
