/* SPDX-License-Identifier: Apache-2.0 */
/* sendfile, splice and tee: from a file to a socket, between pipes, with waiting on both sides.
 */
#include "../conformance/check.h"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

#define LARGE (300 * 1024)

static unsigned char large[LARGE], copy[LARGE];
static int source[2], target[2];

static void *drain(void *argument)
{
	size_t total = 0;
	ssize_t got;

	while ((got = read(*(int *)argument, copy + total, LARGE - total)) > 0)
		total += (size_t)got;
	return (void *)total;
}

static void *fill(void *argument)
{
	REQUIRE(write(source[1], large, LARGE) != LARGE);
	REQUIRE(close(source[1]));
	return argument;
}

static void check_sendfile(void)
{
	FILE *file = tmpfile();
	pthread_t reader;
	off_t offset = 0;

	CASE("sendfile");
	REQUIRE(fwrite(large, 1, LARGE, file) != LARGE);
	REQUIRE(fflush(file));
	REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, target));
	reader = check_start(drain, &target[0]);
	while (offset < LARGE)
		REQUIRE(sendfile(target[1], fileno(file), &offset, LARGE) <= 0);
	REQUIRE(close(target[1]));
	CHECK_VALUE((long)check_join(reader), LARGE);
	CHECK_VALUE(memcmp(large, copy, LARGE), 0);
	REQUIRE(close(target[0]) || fclose(file));
	CHECK_ERRNO(sendfile(1, -1, NULL, 1), EBADF);
}

static void check_splice(void)
{
	pthread_t writer, reader;
	long total = 0;
	ssize_t moved;

	CASE("splice");
	memset(copy, 0, LARGE);
	REQUIRE(pipe(source));
	REQUIRE(pipe(target));
	writer = check_start(fill, NULL);
	reader = check_start(drain, &target[0]);
	while ((moved = splice(source[0], NULL, target[1], NULL, LARGE, 0)) > 0)
		total += moved;
	REQUIRE(close(target[1]));
	CHECK_VALUE(total, LARGE);
	CHECK_VALUE((long)check_join(reader), LARGE);
	CHECK_VALUE(memcmp(large, copy, LARGE), 0);
	check_join(writer);
	REQUIRE(close(source[0]) || close(target[0]));
}

static void *write_word(void *argument)
{
	REQUIRE(write(source[1], "word", 4) != 4);
	return argument;
}

static void check_tee(void)
{
	char bytes[8];
	pthread_t writer;

	CASE("tee");
	REQUIRE(pipe(source));
	REQUIRE(pipe(target));
	CHECK_ERRNO(tee(source[0], target[1], 10, SPLICE_F_NONBLOCK), EAGAIN);
	writer = check_start(write_word, NULL);
	CHECK_VALUE(tee(source[0], target[1], 10, 0), 4);
	CHECK_VALUE(read(source[0], bytes, sizeof(bytes)), 4);
	CHECK_VALUE(read(target[0], bytes, sizeof(bytes)), 4);
	CHECK_VALUE(memcmp(bytes, "word", 4), 0);
	check_join(writer);
	REQUIRE(close(source[1]));
	CHECK_VALUE(tee(source[0], target[1], 10, 0), 0);
	REQUIRE(close(source[0]) || close(target[0]) || close(target[1]));
}

int main(void)
{
	for (int i = 0; i < LARGE; i++)
		large[i] = (unsigned char)(i * 13 + i / 200);
	check_sendfile();
	check_splice();
	check_tee();
	return 0;
}
