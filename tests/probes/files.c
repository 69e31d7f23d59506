/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Descriptors by all the names that libc has for each call: those of 64 bits, those that
 * fortified code imports, and those with underscores. Each moves bytes that another reads.
 */
#include "../conformance/check.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

extern ssize_t __read(int, void *, size_t);
extern ssize_t __write(int, const void *, size_t);
extern ssize_t __pread64(int, void *, size_t, off_t);
extern ssize_t __pwrite64(int, const void *, size_t, off_t);
extern ssize_t __read_chk(int, void *, size_t, size_t);
extern ssize_t __pread_chk(int, void *, size_t, off_t, size_t);
extern ssize_t __pread64_chk(int, void *, size_t, off_t, size_t);
extern ssize_t __recv_chk(int, void *, size_t, size_t, int);
extern ssize_t __recvfrom_chk(int, void *, size_t, size_t, int, struct sockaddr *, socklen_t *);
extern ssize_t __send(int, const void *, size_t, int);
extern int __connect(int, const struct sockaddr *, socklen_t);
extern int __pipe(int[2]);
extern int __dup2(int, int);
extern int __close(int);
extern int __fcntl(int, int, ...);
extern int __open(const char *, int, ...);
extern int __open64(const char *, int, ...);
extern int __open_2(const char *, int);
extern int __open64_2(const char *, int);
extern int __openat_2(int, const char *, int);
extern int __openat64_2(int, const char *, int);
extern int __poll(struct pollfd *, nfds_t, int);
extern int __poll_chk(struct pollfd *, nfds_t, int, size_t);
extern int __ppoll_chk(
	struct pollfd *, nfds_t, const struct timespec *, const sigset_t *, size_t);
extern int __select(int, fd_set *, fd_set *, fd_set *, struct timeval *);

static char path[] = "/tmp/weft-probe-XXXXXX";
static char buffer[64];

/* What the buffer holds is printed, and forgotten. */
static void check_buffer(long result, long expected, const char *text)
{
	CHECK_VALUE(result, expected);
	CHECK_VALUE(memcmp(buffer, text, strlen(text)), 0);
	memset(buffer, 0, sizeof(buffer));
}

static void check_offsets(int fd)
{
	struct iovec parts[2] = { { buffer, 3 }, { buffer + 3, 3 } };

	CASE("at an offset");
	CHECK_VALUE(pwrite(fd, "abcdef", 6, 0), 6);
	check_buffer(pread(fd, buffer, 6, 0), 6, "abcdef");
	CHECK_VALUE(__pwrite64(fd, "ghijkl", 6, 0), 6);
	check_buffer(__pread64(fd, buffer, 6, 0), 6, "ghijkl");
	check_buffer(__pread_chk(fd, buffer, 6, 1, sizeof(buffer)), 5, "hijkl");
	check_buffer(__pread64_chk(fd, buffer, 6, 2, sizeof(buffer)), 4, "ijkl");
	check_buffer(preadv(fd, parts, 2, 0), 6, "ghijkl");
	check_buffer(preadv64(fd, parts, 2, 1), 5, "hijkl");
	check_buffer(preadv2(fd, parts, 2, 2, 0), 4, "ijkl");
	check_buffer(preadv64v2(fd, parts, 2, 3, 0), 3, "jkl");
	memcpy(buffer, "mnopqr", 6);
	CHECK_VALUE(pwritev(fd, parts, 2, 0), 6);
	CHECK_VALUE(pwritev64(fd, parts, 2, 6), 6);
	CHECK_VALUE(pwritev2(fd, parts, 2, 12, 0), 6);
	CHECK_VALUE(pwritev64v2(fd, parts, 2, 18, 0), 6);
	check_buffer(pread(fd, buffer, 24, 0), 24, "mnopqrmnopqrmnopqrmnopqr");
	CHECK_ERRNO(pread(fd, buffer, 6, -1), EINVAL);
}

static void check_opened(int fd)
{
	CHECK_TRUE(fd >= 0);
	check_buffer(__read(fd, buffer, 6), 6, "mnopqr");
	CHECK_ERRNO(__close(fd), 0);
	CHECK_ERRNO(__close(fd), EBADF);
}

static void check_open(void)
{
	CASE("open");
	check_opened(open(path, O_RDONLY));
	check_opened(__open(path, O_RDONLY));
	check_opened(__open64(path, O_RDONLY));
	check_opened(__open_2(path, O_RDONLY));
	check_opened(__open64_2(path, O_RDONLY));
	check_opened(openat(AT_FDCWD, path, O_RDONLY));
	check_opened(__openat_2(AT_FDCWD, path, O_RDONLY));
	check_opened(__openat64_2(AT_FDCWD, path, O_RDONLY));
	CHECK_ERRNO(openat(AT_FDCWD, "/nowhere", O_RDONLY), ENOENT);
	CHECK_ERRNO(creat("/nowhere/at/all", 0600), ENOENT);
}

static void *write_late(void *argument)
{
	REQUIRE(__write(*(int *)argument, "xyz", 3) != 3);
	return NULL;
}

static long wait_by_poll(int fd, int which)
{
	struct pollfd polled = { .fd = fd, .events = POLLIN };
	fd_set readable;

	FD_ZERO(&readable);
	FD_SET(fd, &readable);
	switch (which) {
	case 0:
		return __poll(&polled, 1, -1);
	case 1:
		return __poll_chk(&polled, 1, -1, sizeof(polled));
	case 2:
		return __ppoll_chk(&polled, 1, NULL, NULL, sizeof(polled));
	default:
		return __select(fd + 1, &readable, NULL, NULL, NULL);
	}
}

static void check_pipes(void)
{
	struct iovec parts[2] = { { buffer, 1 }, { buffer + 1, 2 } };
	pthread_t writer;
	int ends[2];

	CASE("pipes");
	CHECK_ERRNO(__pipe(ends), 0);
	for (int i = 0; i < 4; i++) {
		writer = check_start(write_late, &ends[1]);
		CHECK_VALUE(wait_by_poll(ends[0], i), 1);
		check_buffer(readv(ends[0], parts, 2), 3, "xyz");
		check_join(writer);
	}
	writer = check_start(write_late, &ends[1]);
	check_buffer(__read_chk(ends[0], buffer, 3, sizeof(buffer)), 3, "xyz");
	check_join(writer);
	CHECK_TRUE(__fcntl(ends[1], F_GETFL) & O_WRONLY);
	CHECK_ERRNO(fcntl(ends[1], F_SETFD, FD_CLOEXEC), 0);
	CHECK_TRUE(__dup2(ends[1], 200) == 200);
	CHECK_VALUE(fcntl(200, F_GETFD), 0);
	CHECK_ERRNO(close(200), 0);
	REQUIRE(close(ends[0]));
	REQUIRE(close(ends[1]));
}

static void *send_late(void *argument)
{
	int fd = *(int *)argument;

	REQUIRE(__send(fd, "one", 3, 0) != 3);
	REQUIRE(sendto(fd, "two", 3, 0, NULL, 0) != 3);
	REQUIRE(send(fd, "six", 3, 0) != 3);
	return NULL;
}

static void check_sockets(int file)
{
	struct sockaddr nobody = { .sa_family = AF_UNSPEC };
	pthread_t sender;
	off_t offset = 0;
	int ends[2];

	CASE("sockets");
	REQUIRE(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends));
	sender = check_start(send_late, &ends[1]);
	check_buffer(__recv_chk(ends[0], buffer, 3, sizeof(buffer), 0), 3, "one");
	check_buffer(
		__recvfrom_chk(ends[0], buffer, 3, sizeof(buffer), 0, NULL, NULL), 3, "two");
	check_buffer(recvfrom(ends[0], buffer, 3, 0, NULL, NULL), 3, "six");
	check_join(sender);
	CHECK_VALUE(sendfile(ends[1], file, &offset, 6), 6);
	check_buffer(recv(ends[0], buffer, 6, 0), 6, "mnopqr");
	/* Undoes the connection. */
	CHECK_ERRNO(__connect(ends[1], &nobody, sizeof(nobody)), 0);
	CHECK_ERRNO(__send(ends[1], "one", 3, 0), ENOTCONN);
	REQUIRE(close(ends[0]));
	REQUIRE(close(ends[1]));
}

int main(void)
{
	int fd = mkstemp(path);

	CASE("files");
	CHECK_TRUE(fd >= 0);
	check_offsets(fd);
	check_open();
	check_pipes();
	check_sockets(fd);
	CASE("the rest");
	CHECK_ERRNO(lockf(fd, F_TLOCK, 0), 0);
	CHECK_ERRNO(lockf(fd, F_ULOCK, 0), 0);
	CHECK_ERRNO(close(fd), 0);
	fd = creat(path, 0600);
	CHECK_ERRNO(lseek(fd, 0, SEEK_END), 0);
	CHECK_ERRNO(close(fd), 0);
	CHECK_ERRNO(unlink(path), 0);
	return 0;
}
