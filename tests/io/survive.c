/* SPDX-License-Identifier: Apache-2.0 */
/* What a daemon does to its process: none of it may disturb threads that go on. */
#include "../conformance/check.h"

#include <fcntl.h>
#include <sys/resource.h>

#define ROUNDS 10

static int ends[2];

static void *count(void *argument)
{
	long got = 0;
	char byte;

	(void)argument;
	while (read(ends[0], &byte, 1) == 1)
		got++;
	return (void *)got;
}

static void go_on(void)
{
	pthread_t thread;

	REQUIRE(pipe(ends));
	thread = check_start(count, NULL);
	for (int i = 0; i < ROUNDS; i++)
		REQUIRE(write(ends[1], "x", 1) != 1);
	REQUIRE(close(ends[1]));
	CHECK_VALUE((long)check_join(thread), ROUNDS);
	REQUIRE(close(ends[0]));
}

int main(void)
{
	struct rlimit limit = { 64, 64 };

	CASE("closing all descriptors");
	closefrom(3);
	go_on();
	CHECK_ERRNO(close_range(3, ~0u, 0), 0);
	CHECK_ERRNO(close_range(4, 3, 0), EINVAL);
	go_on();
	CASE("another folder");
	CHECK_ERRNO(chdir("/"), 0);
	go_on();
	CASE("few descriptors");
	CHECK_ERRNO(setrlimit(RLIMIT_NOFILE, &limit), 0);
	go_on();
	CASE("another user");
	if (geteuid() == 0)
		REQUIRE(setgid(65534) || setuid(65534));
	go_on();
	return 0;
}
