/* SPDX-License-Identifier: Apache-2.0 */
/* Locks on files: flock and OFD locks between descriptors, record locks between processes. */
#include "../conformance/check.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>

#define THREADS 3
#define ROUNDS 5

static char path[] = "/tmp/weft-lock-XXXXXX";
static int inside;
static int overlaps;

static int by_flock(int fd, int locks)
{
	return flock(fd, locks ? LOCK_EX : LOCK_UN);
}

static int by_ofd(int fd, int locks)
{
	struct flock lock = { .l_type = locks ? F_WRLCK : F_UNLCK, .l_whence = SEEK_SET };

	return fcntl(fd, F_OFD_SETLKW, &lock);
}

static void *contend(void *argument)
{
	int (*lock)(int, int) = *(int (**)(int, int))argument;
	int fd = open(path, O_RDWR);

	for (int i = 0; i < ROUNDS; i++) {
		REQUIRE(lock(fd, 1));
		overlaps += inside++;
		sched_yield();
		inside--;
		REQUIRE(lock(fd, 0));
	}
	REQUIRE(lock(fd, 1));
	/* Closing lets it go, too. */
	REQUIRE(close(fd));
	return NULL;
}

static void check_contention(const char *name, int (*lock)(int, int))
{
	pthread_t threads[THREADS];

	CASE(name);
	for (int i = 0; i < THREADS; i++)
		threads[i] = check_start(contend, &lock);
	for (int i = 0; i < THREADS; i++)
		check_join(threads[i]);
	CHECK_VALUE(overlaps, 0);
}

static void check_not_waiting(void)
{
	int first = open(path, O_RDWR), second = open(path, O_RDWR);
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 10 };

	CASE("not waiting");
	CHECK_ERRNO(flock(first, LOCK_SH), 0);
	CHECK_ERRNO(flock(second, LOCK_SH | LOCK_NB), 0);
	CHECK_ERRNO(flock(second, LOCK_EX | LOCK_NB), EWOULDBLOCK);
	CHECK_ERRNO(flock(first, LOCK_UN), 0);
	CHECK_ERRNO(flock(second, LOCK_EX | LOCK_NB), 0);
	CHECK_ERRNO(flock(second, 77), EINVAL);
	CHECK_ERRNO(flock(-1, LOCK_EX), EBADF);
	CHECK_ERRNO(fcntl(first, F_OFD_SETLK, &lock), 0);
	CHECK_ERRNO(fcntl(second, F_OFD_SETLK, &lock), EAGAIN);
	lock.l_start = 10;
	CHECK_ERRNO(fcntl(second, F_OFD_SETLK, &lock), 0);
	CHECK_ERRNO(fcntl(second, F_SETLK, &lock), EAGAIN);
	REQUIRE(close(first) || close(second));
}

/* The child takes the lock, tells, and gives it back by ending. */
static void check_processes(void)
{
	int ends[2], fd = open(path, O_RDWR), status = 0;
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char byte;
	pid_t pid;

	CASE("processes");
	REQUIRE(pipe(ends));
	pid = fork();
	if (pid == 0) {
		int own = open(path, O_RDWR);

		if (fcntl(own, F_SETLK, &lock) || write(ends[1], "x", 1) != 1)
			_exit(1);
		close(ends[1]);
		_exit(0);
	}
	REQUIRE(read(ends[0], &byte, 1) != 1);
	CHECK_ERRNO(fcntl(fd, F_SETLKW, &lock), 0);
	CHECK_ERRNO(lockf(fd, F_LOCK, 10), 0);
	CHECK_ERRNO(lockf(fd, F_TLOCK, 10), 0);
	CHECK_ERRNO(lockf(fd, F_ULOCK, 10), 0);
	CHECK_ERRNO(lockf(fd, F_TEST, 10), 0);
	CHECK_ERRNO(lockf(fd, 99, 10), EINVAL);
	CHECK_TRUE(waitpid(pid, &status, 0) == pid);
	CHECK_VALUE(WEXITSTATUS(status), 0);
	REQUIRE(close(ends[0]) || close(ends[1]) || close(fd));
}

int main(void)
{
	int fd = mkstemp(path);

	REQUIRE(fd < 0);
	REQUIRE(close(fd));
	check_contention("flock", by_flock);
	check_contention("OFD", by_ofd);
	check_not_waiting();
	fflush(stdout);
	check_processes();
	REQUIRE(unlink(path));
	return 0;
}
