/* SPDX-License-Identifier: Apache-2.0 */
/* Pipes: waiting readers and writers, whole large writes, ends, and descriptors that do not
 * wait. */
#include "../conformance/check.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

#define ROUNDS 20
#define LARGE (256 * 1024)
#define RECORDS 100
#define WRITERS 3

static int to_thread[2], from_thread[2];
static unsigned char large[LARGE], copy[LARGE];

static void *increment_each(void *argument)
{
	unsigned char byte;

	(void)argument;
	while (read(to_thread[0], &byte, 1) == 1) {
		byte++;
		REQUIRE(write(from_thread[1], &byte, 1) != 1);
	}
	REQUIRE(close(from_thread[1]));
	return NULL;
}

static void check_ping_pong(void)
{
	pthread_t thread;
	unsigned char byte = 0;
	int sum = 0;

	CASE("ping pong");
	REQUIRE(pipe(to_thread));
	REQUIRE(pipe2(from_thread, O_CLOEXEC));
	thread = check_start(increment_each, NULL);
	for (int i = 0; i < ROUNDS; i++) {
		REQUIRE(write(to_thread[1], &byte, 1) != 1);
		REQUIRE(read(from_thread[0], &byte, 1) != 1);
		sum += byte;
	}
	CHECK_VALUE(sum, ROUNDS * (ROUNDS + 1) / 2);
	CHECK_ERRNO(close(to_thread[1]), 0);
	CHECK_VALUE(read(from_thread[0], &byte, 1), 0);
	check_join(thread);
	REQUIRE(close(to_thread[0]) || close(from_thread[0]));
}

static void *write_large(void *argument)
{
	long written = write(*(int *)argument, large, LARGE);

	REQUIRE(close(*(int *)argument));
	return (void *)written;
}

static void *write_large_vector(void *argument)
{
	struct iovec parts[3] = {
		{ large, 10 },
		{ large + 10, LARGE - 20 },
		{ large + LARGE - 10, 10 },
	};
	long written = writev(*(int *)argument, parts, 3);

	REQUIRE(close(*(int *)argument));
	return (void *)written;
}

static void check_large(void *(*writer)(void *), const char *name)
{
	pthread_t thread;
	size_t total = 0;
	ssize_t got;

	CASE(name);
	REQUIRE(pipe(to_thread));
	thread = check_start(writer, &to_thread[1]);
	while ((got = read(to_thread[0], copy + total, LARGE - total)) > 0)
		total += (size_t)got;
	CHECK_VALUE(total, LARGE);
	CHECK_VALUE((long)check_join(thread), LARGE);
	CHECK_VALUE(memcmp(large, copy, LARGE), 0);
	REQUIRE(close(to_thread[0]));
}

/* Writes of at most PIPE_BUF are not torn apart. */
static void *write_records(void *argument)
{
	char record[64];

	memset(record, *(char *)argument, sizeof(record));
	for (int i = 0; i < RECORDS; i++)
		REQUIRE(write(to_thread[1], record, sizeof(record)) != sizeof(record));
	return NULL;
}

static void check_records(void)
{
	pthread_t threads[WRITERS];
	char names[WRITERS] = { 'a', 'b', 'c' }, record[64];
	int torn = 0;

	CASE("records");
	REQUIRE(pipe(to_thread));
	for (int i = 0; i < WRITERS; i++)
		threads[i] = check_start(write_records, &names[i]);
	for (int i = 0; i < WRITERS * RECORDS; i++) {
		REQUIRE(read(to_thread[0], record, sizeof(record)) != sizeof(record));
		torn += record[0] != record[sizeof(record) - 1];
	}
	for (int i = 0; i < WRITERS; i++)
		check_join(threads[i]);
	CHECK_VALUE(torn, 0);
	REQUIRE(close(to_thread[0]) || close(to_thread[1]));
}

static void check_not_waiting(void)
{
	char byte = 'x';
	int available = -1;

	CASE("O_NONBLOCK");
	REQUIRE(pipe2(to_thread, O_NONBLOCK));
	CHECK_ERRNO(read(to_thread[0], &byte, 1), EAGAIN);
	CHECK_VALUE(write(to_thread[1], large, LARGE), 65536);
	CHECK_ERRNO(write(to_thread[1], &byte, 1), EAGAIN);
	REQUIRE(ioctl(to_thread[0], FIONREAD, &available));
	CHECK_VALUE(available, 65536);
	CHECK_VALUE(read(to_thread[0], copy, PIPE_BUF), PIPE_BUF);
	CHECK_VALUE(write(to_thread[1], large, PIPE_BUF), PIPE_BUF);
	REQUIRE(close(to_thread[0]) || close(to_thread[1]));
}

static void check_errors(void)
{
	char byte = 0;

	CASE("errors");
	REQUIRE(pipe(to_thread));
	CHECK_ERRNO(read(to_thread[1], &byte, 1), EBADF);
	CHECK_ERRNO(write(to_thread[0], &byte, 1), EBADF);
	CHECK_VALUE(read(to_thread[0], &byte, 0), 0);
	CHECK_VALUE(write(to_thread[1], &byte, 0), 0);
	CHECK_ERRNO(pread(to_thread[0], &byte, 1, 0), ESPIPE);
	CHECK_ERRNO(pwrite(to_thread[1], &byte, 1, 0), ESPIPE);
	CHECK_ERRNO(close(to_thread[0]), 0);
	signal(SIGPIPE, SIG_IGN);
	CHECK_ERRNO(write(to_thread[1], &byte, 1), EPIPE);
	CHECK_ERRNO(write(to_thread[1], large, LARGE), EPIPE);
	CHECK_ERRNO(close(to_thread[1]), 0);
	CHECK_ERRNO(close(to_thread[1]), EBADF);
	CHECK_ERRNO(read(to_thread[1], &byte, 1), EBADF);
	CHECK_ERRNO(pipe2(to_thread, 1), EINVAL);
}

static void check_copies(void)
{
	char byte = 'q';
	int other;

	CASE("copies");
	REQUIRE(pipe(to_thread));
	other = fcntl(to_thread[1], F_DUPFD_CLOEXEC, 100);
	CHECK_VALUE(other, 100);
	CHECK_VALUE(fcntl(other, F_GETFD), FD_CLOEXEC);
	CHECK_VALUE(dup2(other, 101), 101);
	CHECK_VALUE(dup3(other, 102, O_CLOEXEC), 102);
	CHECK_ERRNO(dup3(other, other, 0), EINVAL);
	CHECK_ERRNO(dup(4000), EBADF);
	REQUIRE(close(to_thread[1]) || close(100) || close(101));
	CHECK_VALUE(write(102, &byte, 1), 1);
	CHECK_ERRNO(close(102), 0);
	CHECK_VALUE(read(to_thread[0], &byte, 1), 1);
	CHECK_VALUE(byte, 'q');
	CHECK_VALUE(read(to_thread[0], &byte, 1), 0);
	REQUIRE(close(to_thread[0]));
}

static void *read_one(void *argument)
{
	char byte = 0;

	REQUIRE(read(*(int *)argument, &byte, 1) != 1);
	return (void *)(long)byte;
}

/*
 * A read that waits goes on with what it began on, though its descriptor is closed and another
 * pipe has the number. When it has not begun, it reads that other pipe: both hold the same.
 */
static void check_closed_meanwhile(void)
{
	int other[2];
	pthread_t thread;
	int number;

	CASE("closed meanwhile");
	REQUIRE(pipe(to_thread));
	number = to_thread[0];
	REQUIRE(pipe(other));
	thread = check_start(read_one, &number);
	sched_yield();
	CHECK_VALUE(dup2(other[0], number), number);
	signal(SIGPIPE, SIG_IGN);
	REQUIRE(write(to_thread[1], "a", 1) != 1 && errno != EPIPE);
	REQUIRE(write(other[1], "a", 1) != 1);
	CHECK_VALUE((long)check_join(thread), 'a');
	REQUIRE(close(number) || close(other[0]) || close(other[1]) || close(to_thread[1]));
}

int main(void)
{
	for (int i = 0; i < LARGE; i++)
		large[i] = (unsigned char)(i * 7 + i / 256);
	check_ping_pong();
	check_large(write_large, "large write");
	check_large(write_large_vector, "large writev");
	check_records();
	check_not_waiting();
	check_errors();
	check_copies();
	check_closed_meanwhile();
	return 0;
}
