/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: no system call notices that it was looked at: each ends as it should, none with
 * EINTR, and those with a timeout not before it. They end when something can be read from
 * stdin.
 */
#include "hang.h"

#include <errno.h>
#include <poll.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#define LONG_MS 600000
#define LONG_S 600

/* Both ends: what the threads wait on gets readable when main writes to `release`. */
static int pipe_ends[2];
static int socket_ends[2];
static sem_t semaphore;
static int semaphore_set;
static pid_t child;
static int failures;
static struct timespec far;

static int do_read(void)
{
	char byte;

	return read(pipe_ends[0], &byte, 1) == 1 ? 0 : -1;
}

static int do_receive(void)
{
	struct timeval limit = { .tv_sec = LONG_S };
	char byte;

	setsockopt(socket_ends[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	return recv(socket_ends[0], &byte, 1, 0) == 1 ? 0 : -1;
}

static int do_poll(void)
{
	struct pollfd entry = { .fd = STDIN_FILENO, .events = POLLIN };

	return poll(&entry, 1, LONG_MS) == 1 ? 0 : -1;
}

static int do_poll_for_ever(void)
{
	struct pollfd entry = { .fd = STDIN_FILENO, .events = POLLIN };

	return poll(&entry, 1, -1) == 1 ? 0 : -1;
}

static int do_select(void)
{
	struct timeval limit = { .tv_sec = LONG_S };
	fd_set set;

	FD_ZERO(&set);
	FD_SET(STDIN_FILENO, &set);
	return select(STDIN_FILENO + 1, &set, NULL, NULL, &limit) == 1 ? 0 : -1;
}

static int wait_epoll(int timeout_ms)
{
	struct epoll_event event = { .events = EPOLLIN };
	int epoll = epoll_create1(0);

	epoll_ctl(epoll, EPOLL_CTL_ADD, STDIN_FILENO, &event);
	return epoll_wait(epoll, &event, 1, timeout_ms) == 1 ? 0 : -1;
}

static int do_epoll(void)
{
	return wait_epoll(-1);
}

static int do_epoll_limit(void)
{
	return wait_epoll(LONG_MS);
}

static int do_semaphore(void)
{
	return sem_wait(&semaphore);
}

static int do_semaphore_limit(void)
{
	return sem_timedwait(&semaphore, &far);
}

static int do_semop(void)
{
	struct sembuf take = { .sem_op = -1 };

	return semop(semaphore_set, &take, 1);
}

static int do_signal(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	return sigtimedwait(&set, NULL, &(struct timespec){ .tv_sec = LONG_S }) == SIGUSR1 ? 0
											   : -1;
}

static int do_child(void)
{
	return waitpid(child, NULL, 0) == child ? 0 : -1;
}

/* It ends by itself: to be found too short, it would have to be cut short. */
static int do_sleep(void)
{
	const struct timespec span = { .tv_nsec = 300000000 };
	struct timespec begin, end;
	int r;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	r = nanosleep(&span, NULL);
	clock_gettime(CLOCK_MONOTONIC, &end);
	if ((end.tv_sec - begin.tv_sec) * 1000000000 + end.tv_nsec - begin.tv_nsec <
		span.tv_nsec)
		return -1;
	return r;
}

static const struct wait_case {
	const char *name;
	int (*run)(void);
} cases[] = {
	{ "read", do_read },
	{ "recv", do_receive },
	{ "poll", do_poll },
	{ "poll for ever", do_poll_for_ever },
	{ "select", do_select },
	{ "epoll", do_epoll },
	{ "epoll with a timeout", do_epoll_limit },
	{ "sem_wait", do_semaphore },
	{ "sem_timedwait", do_semaphore_limit },
	{ "semop", do_semop },
	{ "sigtimedwait", do_signal },
	{ "waitpid", do_child },
	{ "nanosleep", do_sleep },
};

#define CASES (sizeof(cases) / sizeof(cases[0]))

static void *run_case(void *arg)
{
	const struct wait_case *wait_case = arg;

	errno = 0;
	if (wait_case->run() < 0) {
		fprintf(stderr, "%s: %s\n", wait_case->name, strerror(errno));
		__atomic_add_fetch(&failures, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

static void prepare(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	clock_gettime(CLOCK_REALTIME, &far);
	far.tv_sec += LONG_S;
	sem_init(&semaphore, 0, 0);
	semaphore_set = semget(IPC_PRIVATE, 1, 0600);
	if (pipe(pipe_ends) < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, socket_ends) < 0 ||
		semaphore_set < 0)
		exit(2);
	child = fork();
	if (child == 0) {
		struct pollfd entry = { .fd = STDIN_FILENO, .events = POLLIN };

		end_with_parent();
		poll(&entry, 1, LONG_MS);
		_exit(0);
	}
}

static void release(void)
{
	struct sembuf give = { .sem_op = 1 };
	ssize_t written = write(pipe_ends[1], "x", 1) + write(socket_ends[1], "x", 1);

	(void)written;
	sem_post(&semaphore);
	sem_post(&semaphore);
	semop(semaphore_set, &give, 1);
	kill(getpid(), SIGUSR1);
}

int main(void)
{
	pthread_t threads[CASES];
	struct pollfd entry = { .fd = STDIN_FILENO, .events = POLLIN };

	prepare();
	for (size_t i = 0; i < CASES; i++)
		pthread_create(&threads[i], NULL, run_case, (void *)(uintptr_t)&cases[i]);
	announce();
	while (poll(&entry, 1, -1) != 1)
		__atomic_add_fetch(&failures, 1, __ATOMIC_RELAXED);
	release();
	for (size_t i = 0; i < CASES; i++)
		pthread_join(threads[i], NULL);
	semctl(semaphore_set, 0, IPC_RMID);
	return failures != 0;
}
