/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each call that POSIX makes a cancellation point: a thread that waits in it for ever is
 * cancelled, and one whose request is pending when it calls it too.
 */
#include "check.h"

#include <poll.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <threads.h>

struct point {
	const char *name;
	void (*wait)(void);
};

static int pipe_ends[2];
static int socket_ends[2];
static sem_t semaphore;
static pthread_t never_ending;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static atomic_int entered;
static pthread_barrier_t barrier;

static const struct timespec hour = { 3600, 0 };

static void wait_read(void)
{
	char byte;

	(void)!read(pipe_ends[0], &byte, 1);
}

static void wait_recv(void)
{
	char byte;

	(void)!recv(socket_ends[0], &byte, 1, 0);
}

static void wait_poll(void)
{
	struct pollfd descriptor = { .fd = pipe_ends[0], .events = POLLIN };

	poll(&descriptor, 1, -1);
}

static void wait_select(void)
{
	fd_set set;

	FD_ZERO(&set);
	FD_SET(pipe_ends[0], &set);
	select(pipe_ends[0] + 1, &set, NULL, NULL, NULL);
}

static void wait_nanosleep(void)
{
	nanosleep(&hour, NULL);
}

static void wait_clock_nanosleep(void)
{
	clock_nanosleep(CLOCK_MONOTONIC, 0, &hour, NULL);
}

static void wait_sleep(void)
{
	sleep(3600);
}

static void wait_usleep(void)
{
	for (;;)
		usleep(900000);
}

static void wait_thrd_sleep(void)
{
	thrd_sleep(&hour, NULL);
}

static void wait_sem(void)
{
	sem_wait(&semaphore);
}

static void wait_sem_timed(void)
{
	struct timespec deadline = check_time_in(CLOCK_REALTIME, 3600 * 1000L);

	sem_timedwait(&semaphore, &deadline);
}

static void wait_sem_clock(void)
{
	struct timespec deadline = check_time_in(CLOCK_MONOTONIC, 3600 * 1000L);

	sem_clockwait(&semaphore, CLOCK_MONOTONIC, &deadline);
}

static void wait_join(void)
{
	pthread_join(never_ending, NULL);
}

static void wait_timed_join(void)
{
	struct timespec deadline = check_time_in(CLOCK_REALTIME, 3600 * 1000L);

	pthread_timedjoin_np(never_ending, NULL, &deadline);
}

static void wait_clock_join(void)
{
	struct timespec deadline = check_time_in(CLOCK_MONOTONIC, 3600 * 1000L);

	pthread_clockjoin_np(never_ending, NULL, CLOCK_MONOTONIC, &deadline);
}

static void unlock(void *unused)
{
	(void)unused;
	REQUIRE(pthread_mutex_unlock(&mutex));
}

static void wait_condition(void)
{
	REQUIRE(pthread_mutex_lock(&mutex));
	pthread_cleanup_push(unlock, NULL);
	for (;;)
		pthread_cond_wait(&condition, &mutex);
	pthread_cleanup_pop(1);
}

static void wait_condition_timed(void)
{
	struct timespec deadline = check_time_in(CLOCK_REALTIME, 3600 * 1000L);

	REQUIRE(pthread_mutex_lock(&mutex));
	pthread_cleanup_push(unlock, NULL);
	for (;;)
		pthread_cond_timedwait(&condition, &mutex, &deadline);
	pthread_cleanup_pop(1);
}

static void wait_condition_clock(void)
{
	struct timespec deadline = check_time_in(CLOCK_MONOTONIC, 3600 * 1000L);

	REQUIRE(pthread_mutex_lock(&mutex));
	pthread_cleanup_push(unlock, NULL);
	for (;;)
		pthread_cond_clockwait(&condition, &mutex, CLOCK_MONOTONIC, &deadline);
	pthread_cleanup_pop(1);
}

static void wait_pause(void)
{
	pause();
}

static void wait_sigwait(void)
{
	sigset_t set;
	int number;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigwait(&set, &number);
}

static const struct point points[] = {
	{ "read", wait_read },
	{ "recv", wait_recv },
	{ "poll", wait_poll },
	{ "select", wait_select },
	{ "nanosleep", wait_nanosleep },
	{ "clock_nanosleep", wait_clock_nanosleep },
	{ "sleep", wait_sleep },
	{ "usleep", wait_usleep },
	{ "thrd_sleep", wait_thrd_sleep },
	{ "sem_wait", wait_sem },
	{ "sem_timedwait", wait_sem_timed },
	{ "sem_clockwait", wait_sem_clock },
	{ "pthread_join", wait_join },
	{ "pthread_timedjoin_np", wait_timed_join },
	{ "pthread_clockjoin_np", wait_clock_join },
	{ "pthread_cond_wait", wait_condition },
	{ "pthread_cond_timedwait", wait_condition_timed },
	{ "pthread_cond_clockwait", wait_condition_clock },
	{ "pause", wait_pause },
	{ "sigwait", wait_sigwait },
};

static void note_cleanup(void *name)
{
	printf("%s: cleanup in %s\n", check_case_name, *(const char **)name);
}

static void *enter(void *argument)
{
	struct point point = *(const struct point *)argument;

	pthread_cleanup_push(note_cleanup, &point.name);
	atomic_store(&entered, 1);
	/* However far a deadline is, it may be reached before the other thread gets to cancel.
	 */
	for (;;)
		point.wait();
	pthread_cleanup_pop(0);
	return NULL;
}

static void *enter_when_pending(void *argument)
{
	struct point point = *(const struct point *)argument;

	pthread_cleanup_push(note_cleanup, &point.name);
	pthread_barrier_wait(&barrier);
	pthread_barrier_wait(&barrier);
	point.wait();
	printf("%s: %s returned\n", check_case_name, point.name);
	pthread_cleanup_pop(0);
	return NULL;
}

static void *wait_to_be_cancelled(void *unused)
{
	(void)unused;
	for (;;)
		pause();
	return NULL;
}

static void check_point(const struct point *point)
{
	struct point copy = *point;
	pthread_t thread;

	CASE("cancelled about the time of the call");
	atomic_store(&entered, 0);
	thread = check_start(enter, &copy);
	while (!atomic_load(&entered))
		sched_yield();
	REQUIRE(pthread_cancel(thread));
	CHECK_TRUE(check_join(thread) == PTHREAD_CANCELED);

	CASE("cancelled before the call");
	thread = check_start(enter_when_pending, &copy);
	pthread_barrier_wait(&barrier);
	REQUIRE(pthread_cancel(thread));
	pthread_barrier_wait(&barrier);
	CHECK_TRUE(check_join(thread) == PTHREAD_CANCELED);
}

/* Calls that succeed at once act on a pending request before they do anything. */
static void *post_and_wait(void *unused)
{
	(void)unused;
	REQUIRE(sem_post(&semaphore));
	pthread_barrier_wait(&barrier);
	pthread_barrier_wait(&barrier);
	sem_wait(&semaphore);
	printf("%s: sem_wait returned\n", check_case_name);
	return NULL;
}

static void check_pending_without_wait(void)
{
	pthread_t thread;
	int value;

	CASE("pending at a semaphore that is free");
	thread = check_start(post_and_wait, NULL);
	pthread_barrier_wait(&barrier);
	REQUIRE(pthread_cancel(thread));
	pthread_barrier_wait(&barrier);
	CHECK_TRUE(check_join(thread) == PTHREAD_CANCELED);
	CHECK_ERRNO(sem_getvalue(&semaphore, &value), 0);
	CHECK_VALUE(value, 1);
}

int main(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	REQUIRE(pthread_sigmask(SIG_BLOCK, &set, NULL));
	REQUIRE(pipe(pipe_ends));
	REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, socket_ends));
	REQUIRE(sem_init(&semaphore, 0, 0));
	REQUIRE(pthread_barrier_init(&barrier, NULL, 2));
	never_ending = check_start(wait_to_be_cancelled, NULL);
	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++)
		check_point(&points[i]);
	check_pending_without_wait();
	/* A cancelled join leaves the thread joinable. */
	CASE("thread whose joiners were cancelled");
	CHECK(pthread_cancel(never_ending), 0);
	CHECK_TRUE(check_join(never_ending) == PTHREAD_CANCELED);
	return 0;
}
