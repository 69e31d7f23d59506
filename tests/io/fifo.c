/* SPDX-License-Identifier: Apache-2.0 */
/* FIFOs: an open waits for the other side, in either order. */
#include "../conformance/check.h"

#include <fcntl.h>
#include <sys/stat.h>

#define ROUNDS 5

static char folder[] = "/tmp/weft-fifo-XXXXXX";
static char path[64];

static void *write_word(void *argument)
{
	int fd = open(path, O_WRONLY);

	(void)argument;
	REQUIRE(fd < 0);
	REQUIRE(fcntl(fd, F_GETFL) & O_NONBLOCK);
	REQUIRE(write(fd, "word", 4) != 4);
	REQUIRE(close(fd));
	return NULL;
}

static void *read_word(void *argument)
{
	char bytes[8];
	int fd = openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC);

	(void)argument;
	REQUIRE(fd < 0);
	REQUIRE(fcntl(fd, F_GETFL) & O_NONBLOCK);
	REQUIRE(read(fd, bytes, sizeof(bytes)) != 4);
	REQUIRE(memcmp(bytes, "word", 4));
	REQUIRE(read(fd, bytes, sizeof(bytes)));
	REQUIRE(close(fd));
	return (void *)1L;
}

int main(void)
{
	long words = 0;
	int fd;

	REQUIRE(!mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/fifo", folder);
	REQUIRE(mkfifo(path, 0600));
	CASE("both orders");
	for (int i = 0; i < ROUNDS; i++) {
		pthread_t writer = check_start(write_word, NULL);
		pthread_t reader = check_start(read_word, NULL);

		check_join(writer);
		words += (long)check_join(reader);
		reader = check_start(read_word, NULL);
		write_word(NULL);
		words += (long)check_join(reader);
	}
	CHECK_VALUE(words, 2 * ROUNDS);
	CASE("not waiting");
	CHECK_ERRNO(open(path, O_WRONLY | O_NONBLOCK), ENXIO);
	fd = open(path, O_RDONLY | O_NONBLOCK);
	CHECK_TRUE(fd >= 0);
	REQUIRE(close(fd));
	fd = open(path, O_RDWR);
	CHECK_TRUE(fd >= 0);
	REQUIRE(close(fd));
	CHECK_ERRNO(open("/does/not/exist", O_RDONLY), ENOENT);
	CHECK_ERRNO(open(path, O_RDONLY | O_DIRECTORY), ENOTDIR);
	CHECK_ERRNO(creat(folder, 0600), EISDIR);
	REQUIRE(unlink(path) || rmdir(folder));
	return 0;
}
