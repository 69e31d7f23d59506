/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System calls made by syscall() answer as the functions of libc do: what blocks lets other
 * threads go on, what sleeps and tells the time agrees with the rest, signals reach the thread
 * that is meant.
 */
#include "check.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

#define KERNEL_MASK_SIZE 8

static int ends[2];
static atomic_int handled_in;
static __thread int number_of_thread;

static void *write_late(void *unused)
{
	char byte = 'x';

	(void)unused;
	for (int i = 0; i < 3; i++)
		syscall(SYS_sched_yield);
	REQUIRE(syscall(SYS_write, ends[1], &byte, (size_t)1) != 1);
	return NULL;
}

static long wait_by_poll(void)
{
	struct pollfd polled = { .fd = ends[0], .events = POLLIN };

	return syscall(SYS_poll, &polled, (nfds_t)1, -1);
}

static long wait_by_ppoll(void)
{
	struct pollfd polled = { .fd = ends[0], .events = POLLIN };
	uint64_t mask = 0;

	return syscall(SYS_ppoll, &polled, (nfds_t)1, NULL, &mask, (size_t)KERNEL_MASK_SIZE);
}

static long wait_by_select(void)
{
	fd_set readable;

	FD_ZERO(&readable);
	FD_SET(ends[0], &readable);
	return syscall(SYS_select, ends[0] + 1, &readable, NULL, NULL, NULL);
}

static long wait_by_pselect(void)
{
	fd_set readable;

	FD_ZERO(&readable);
	FD_SET(ends[0], &readable);
	return syscall(SYS_pselect6, ends[0] + 1, &readable, NULL, NULL, NULL, NULL);
}

static long wait_by_epoll(void)
{
	struct epoll_event event = { .events = EPOLLIN };
	int epoll = (int)syscall(SYS_epoll_create1, 0);
	long result;

	REQUIRE(syscall(SYS_epoll_ctl, epoll, EPOLL_CTL_ADD, ends[0], &event));
	result = syscall(SYS_epoll_wait, epoll, &event, 1, -1);
	REQUIRE(syscall(SYS_close, epoll));
	return result;
}

/* The other thread writes while this one waits. */
static void check_wait(const char *name, long (*wait)(void))
{
	pthread_t writer;
	char byte = 0;

	CASE(name);
	REQUIRE(syscall(SYS_pipe2, ends, 0));
	writer = check_start(write_late, NULL);
	if (wait)
		CHECK_VALUE(wait(), 1);
	CHECK_VALUE(syscall(SYS_read, ends[0], &byte, (size_t)1), 1);
	check_join(writer);
	CHECK_VALUE(byte, 'x');
	REQUIRE(syscall(SYS_close, ends[0]));
	REQUIRE(syscall(SYS_close, ends[1]));
}

static void *send_late(void *unused)
{
	char text[] = "abc";
	struct iovec part = { text, 3 };

	(void)unused;
	REQUIRE(syscall(SYS_sendto, ends[1], text, (size_t)3, 0, NULL, 0) != 3);
	REQUIRE(syscall(SYS_writev, ends[1], &part, 1) != 3);
	return NULL;
}

static void check_sockets(void)
{
	char text[3];
	struct iovec part = { text, 3 };
	pthread_t sender;

	CASE("sockets");
	REQUIRE(syscall(SYS_socketpair, AF_UNIX, SOCK_SEQPACKET, 0, ends));
	sender = check_start(send_late, NULL);
	CHECK_VALUE(syscall(SYS_recvfrom, ends[0], text, (size_t)3, 0, NULL, NULL), 3);
	CHECK_VALUE(syscall(SYS_readv, ends[0], &part, 1), 3);
	check_join(sender);
	CHECK_ERRNO(syscall(SYS_shutdown, ends[0], SHUT_RDWR), 0);
	CHECK_VALUE(syscall(SYS_recvfrom, ends[1], text, (size_t)3, 0, NULL, NULL), 0);
	REQUIRE(close(ends[0]));
	REQUIRE(close(ends[1]));
	CHECK_ERRNO(syscall(SYS_read, ends[0], text, (size_t)1), EBADF);
}

static void check_time(void)
{
	struct timespec start, now, twenty_ms = { 0, 20 * CHECK_NS_PER_MS };
	struct timespec bad = check_bad_time(), past = { 1, 0 };

	CASE("time");
	CHECK_ERRNO(syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &start), 0);
	CHECK_ERRNO(syscall(SYS_nanosleep, &twenty_ms, NULL), 0);
	CHECK_ERRNO(syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now), 0);
	CHECK_TRUE(check_ns_since(CLOCK_MONOTONIC, start) >= 20 * CHECK_NS_PER_MS);
	CHECK_TRUE(now.tv_sec > start.tv_sec || now.tv_nsec > start.tv_nsec);
	CHECK_ERRNO(syscall(SYS_nanosleep, &bad, NULL), EINVAL);
	CHECK_ERRNO(
		syscall(SYS_clock_nanosleep, CLOCK_REALTIME, TIMER_ABSTIME, &past, NULL), 0);
	CHECK_ERRNO(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &twenty_ms, NULL), 0);
	CHECK_ERRNO(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &bad, NULL), EINVAL);
	CHECK_ERRNO(syscall(SYS_clock_gettime, 9999, &now), EINVAL);
	CHECK_TRUE(syscall(SYS_time, NULL) - time(NULL) <= 1);
}

static void note(int number, siginfo_t *info, void *context)
{
	const ucontext_t *user = context;

	(void)number;
	/* Blocked while it is handled, and in the mask to go back to it isn't. */
	if (info->si_code == SI_TKILL && !sigismember(&user->uc_sigmask, SIGUSR1) &&
		user->uc_mcontext.gregs[REG_RSP] && user->uc_mcontext.gregs[REG_RIP])
		atomic_store(&handled_in, number_of_thread);
}

static void *wait_for_signal(void *ret_id)
{
	number_of_thread = 2;
	atomic_store((atomic_long *)ret_id, syscall(SYS_gettid));
	while (!atomic_load(&handled_in))
		syscall(SYS_sched_yield);
	return NULL;
}

static void check_signals(void)
{
	struct sigaction action = { .sa_flags = SA_SIGINFO, .sa_sigaction = note };
	uint64_t mask = UINT64_C(1) << (SIGUSR1 - 1), old = 0, pending = 0;
	struct timespec now = { 0, 0 };
	atomic_long id = 0;
	pthread_t thread;

	CASE("signals");
	number_of_thread = 1;
	REQUIRE(sigaction(SIGUSR1, &action, NULL));
	CHECK_ERRNO(syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), SIGUSR1), 0);
	CHECK_VALUE(atomic_exchange(&handled_in, 0), 1);
	CHECK_ERRNO(syscall(SYS_tkill, gettid(), SIGUSR1), 0);
	CHECK_VALUE(atomic_exchange(&handled_in, 0), 1);
	CHECK_ERRNO(syscall(SYS_tgkill, getpid(), gettid(), 0), 0);
	CHECK_ERRNO(syscall(SYS_tgkill, getpid(), gettid(), 9999), EINVAL);
	CHECK_ERRNO(syscall(SYS_tgkill, getpid(), 0, SIGUSR1), EINVAL);
	thread = check_start(wait_for_signal, &id);
	while (!atomic_load(&id))
		sched_yield();
	CHECK_ERRNO(tgkill(getpid(), (pid_t)atomic_load(&id), SIGUSR1), 0);
	check_join(thread);
	CHECK_VALUE(atomic_exchange(&handled_in, 0), 2);

	CASE("masks");
	CHECK_ERRNO(syscall(SYS_rt_sigprocmask, SIG_BLOCK, &mask, &old, (size_t)8), 0);
	CHECK_VALUE(old, 0);
	CHECK_ERRNO(syscall(SYS_rt_sigprocmask, SIG_BLOCK, &mask, &old, (size_t)4), EINVAL);
	CHECK_ERRNO(syscall(SYS_tkill, gettid(), SIGUSR1), 0);
	CHECK_ERRNO(syscall(SYS_rt_sigpending, &pending, (size_t)8), 0);
	CHECK_VALUE(pending, mask);
	CHECK_VALUE(syscall(SYS_rt_sigtimedwait, &mask, NULL, &now, (size_t)8) == SIGUSR1, 1);
	CHECK_ERRNO(syscall(SYS_rt_sigtimedwait, &mask, NULL, &now, (size_t)8), EAGAIN);
	CHECK_ERRNO(syscall(SYS_rt_sigprocmask, SIG_SETMASK, &old, NULL, (size_t)8), 0);
	CHECK_VALUE(atomic_load(&handled_in), 0);
}

static void check_rest(void)
{
	unsigned char bytes[16] = { 0 };
	uint64_t count = 0;
	int fd;

	CASE("the rest");
	CHECK_VALUE(syscall(SYS_getrandom, bytes, sizeof(bytes), 0), sizeof(bytes));
	CHECK_ERRNO(syscall(SYS_getrandom, bytes, sizeof(bytes), 0xffu), EINVAL);
	CHECK_TRUE(syscall(SYS_gettid) == gettid());
	CHECK_TRUE(syscall(SYS_getpid) == getpid());
	fd = (int)syscall(SYS_eventfd2, 3, EFD_NONBLOCK);
	CHECK_VALUE(syscall(SYS_read, fd, &count, sizeof(count)), sizeof(count));
	CHECK_VALUE(count, 3);
	CHECK_ERRNO(syscall(SYS_read, fd, &count, sizeof(count)), EAGAIN);
	CHECK_TRUE(syscall(SYS_fcntl, fd, F_GETFL) & O_NONBLOCK);
	CHECK_TRUE(syscall(SYS_dup, fd) > fd);
	REQUIRE(syscall(SYS_close_range, fd, fd + 1, 0));
	CHECK_ERRNO(syscall(SYS_close, fd), EBADF);
	CHECK_ERRNO(syscall(SYS_openat, AT_FDCWD, "/nowhere", O_RDONLY, 0), ENOENT);
}

static void check_child(void)
{
	siginfo_t info = { 0 };
	int status = 0;
	pid_t child;

	CASE("children");
	child = (pid_t)syscall(SYS_fork);
	if (!child)
		syscall(SYS_exit_group, 7);
	CHECK_ERRNO(syscall(SYS_waitid, P_PID, child, &info, WEXITED | WNOWAIT, NULL), 0);
	CHECK_VALUE(info.si_status, 7);
	CHECK_TRUE(syscall(SYS_wait4, child, &status, 0, NULL) == child);
	CHECK_VALUE(WEXITSTATUS(status), 7);
	CHECK_ERRNO(syscall(SYS_wait4, -1, &status, 0, NULL), ECHILD);
}

static void *exit_by_itself(void *unused)
{
	(void)unused;
	syscall(SYS_exit, 0);
	return (void *)1;
}

int main(void)
{
	check_wait("read", NULL);
	check_wait("poll", wait_by_poll);
	check_wait("ppoll", wait_by_ppoll);
	check_wait("select", wait_by_select);
	check_wait("pselect6", wait_by_pselect);
	check_wait("epoll_wait", wait_by_epoll);
	check_sockets();
	check_time();
	check_signals();
	check_rest();
	check_child();
	CASE("end of one thread");
	CHECK_TRUE(check_in_thread(exit_by_itself, NULL) == NULL);
	return 0;
}
