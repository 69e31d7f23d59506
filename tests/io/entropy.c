/* SPDX-License-Identifier: Apache-2.0 */
/* Random bytes from every source: they come in full, they differ, and wrong calls fail. */
#include "../conformance/check.h"

#include <fcntl.h>
#include <sys/random.h>

#define SIZE 64
#define TOO_MUCH 257

static unsigned char first[SIZE], second[SIZE], zeros[SIZE], more[TOO_MUCH];

static void clear(void)
{
	memset(first, 0, SIZE);
	memset(second, 0, SIZE);
}

static int differ(void)
{
	return memcmp(first, second, SIZE) && memcmp(first, zeros, SIZE) &&
	       memcmp(second, zeros, SIZE);
}

static void check_calls(void)
{
	CASE("calls");
	clear();
	CHECK_VALUE(getrandom(first, SIZE, 0), SIZE);
	CHECK_VALUE(getrandom(second, SIZE, GRND_NONBLOCK), SIZE);
	CHECK_TRUE(differ());
	CHECK_ERRNO(getrandom(first, SIZE, 0x100), EINVAL);
	clear();
	CHECK_ERRNO(getentropy(first, SIZE), 0);
	CHECK_ERRNO(getentropy(second, SIZE), 0);
	CHECK_TRUE(differ());
	CHECK_ERRNO(getentropy(more, TOO_MUCH), EIO);
	clear();
	arc4random_buf(first, SIZE);
	arc4random_buf(second, SIZE);
	CHECK_TRUE(differ());
	CHECK_VALUE(arc4random_uniform(1), 0);
	CHECK_TRUE(arc4random_uniform(10) < 10);
	CHECK_TRUE(arc4random() != arc4random());
}

static void check_device(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	FILE *stream = fopen(path, "r");

	CASE(path);
	clear();
	CHECK_VALUE(read(fd, first, SIZE), SIZE);
	CHECK_VALUE(fread(second, 1, SIZE, stream), SIZE);
	CHECK_TRUE(differ());
	REQUIRE(close(fd) || fclose(stream));
}

int main(void)
{
	check_calls();
	check_device("/dev/urandom");
	check_device("/dev/random");
	CASE("errors");
	CHECK_TRUE(fopen("/does/not/exist", "r") == NULL && errno == ENOENT);
	return 0;
}
