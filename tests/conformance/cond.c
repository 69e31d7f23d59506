/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Condition variables: signal and broadcast wake those who wait, the wait gives the mutex back
 * and takes it again, also a recursive and a robust one, and attributes.
 */
#include "check.h"

#define WAITERS 4

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_cond_t arrived = PTHREAD_COND_INITIALIZER;
static int waiting;
static int tickets;
static int woken;

static void *take_ticket(void *unused)
{
	(void)unused;
	REQUIRE(pthread_mutex_lock(&mutex));
	waiting++;
	REQUIRE(pthread_cond_signal(&arrived));
	while (!tickets)
		REQUIRE(pthread_cond_wait(&changed, &mutex));
	tickets--;
	woken++;
	REQUIRE(pthread_cond_signal(&arrived));
	REQUIRE(pthread_mutex_unlock(&mutex));
	return NULL;
}

static void start_waiters(pthread_t threads[WAITERS])
{
	waiting = woken = tickets = 0;
	for (int i = 0; i < WAITERS; i++)
		threads[i] = check_start(take_ticket, NULL);
	REQUIRE(pthread_mutex_lock(&mutex));
	while (waiting < WAITERS)
		REQUIRE(pthread_cond_wait(&arrived, &mutex));
}

/* Called with the mutex held. */
static void wait_until_woken(int count)
{
	while (woken < count)
		REQUIRE(pthread_cond_wait(&arrived, &mutex));
}

static void check_signal(void)
{
	pthread_t threads[WAITERS];

	CASE("signal");
	start_waiters(threads);
	for (int i = 1; i <= WAITERS; i++) {
		tickets = 1;
		CHECK(pthread_cond_signal(&changed), 0);
		wait_until_woken(i);
		CHECK_VALUE(woken, i);
	}
	REQUIRE(pthread_mutex_unlock(&mutex));
	for (int i = 0; i < WAITERS; i++)
		check_join(threads[i]);
}

static void check_broadcast(void)
{
	pthread_t threads[WAITERS];

	CASE("broadcast");
	start_waiters(threads);
	tickets = WAITERS;
	CHECK(pthread_cond_broadcast(&changed), 0);
	CHECK_VALUE(woken, 0);
	wait_until_woken(WAITERS);
	CHECK_VALUE(tickets, 0);
	REQUIRE(pthread_mutex_unlock(&mutex));
	for (int i = 0; i < WAITERS; i++)
		check_join(threads[i]);
}

/* A signal that nobody waits for is lost. */
static void check_nobody_waits(void)
{
	pthread_cond_t condition;
	struct timespec soon;
	int error;

	CASE("signal without waiter");
	CHECK(pthread_cond_init(&condition, NULL), 0);
	CHECK(pthread_cond_signal(&condition), 0);
	CHECK(pthread_cond_broadcast(&condition), 0);
	REQUIRE(pthread_mutex_lock(&mutex));
	soon = check_time_in(CLOCK_REALTIME, CHECK_TIMEOUT_MS);
	do
		error = pthread_cond_timedwait(&condition, &mutex, &soon);
	while (!error);
	CHECK_VALUE(error, ETIMEDOUT);
	REQUIRE(pthread_mutex_unlock(&mutex));
	CHECK(pthread_cond_destroy(&condition), 0);
}

static pthread_mutex_t typed;
static int flag;

static void *set_flag(void *unused)
{
	(void)unused;
	REQUIRE(pthread_mutex_lock(&typed));
	flag = 1;
	REQUIRE(pthread_cond_signal(&changed));
	REQUIRE(pthread_mutex_unlock(&typed));
	return NULL;
}

static void init_typed(int type, int robustness, int protocol)
{
	pthread_mutexattr_t attributes;

	REQUIRE(pthread_mutexattr_init(&attributes));
	REQUIRE(pthread_mutexattr_settype(&attributes, type));
	REQUIRE(pthread_mutexattr_setrobust(&attributes, robustness));
	REQUIRE(pthread_mutexattr_setprotocol(&attributes, protocol));
	REQUIRE(pthread_mutex_init(&typed, &attributes));
	REQUIRE(pthread_mutexattr_destroy(&attributes));
	flag = 0;
}

static void check_wait_with_typed(void)
{
	pthread_t setter;

	CHECK(pthread_mutex_lock(&typed), 0);
	setter = check_start(set_flag, NULL);
	while (!flag)
		REQUIRE(pthread_cond_wait(&changed, &typed));
	CHECK(pthread_mutex_unlock(&typed), 0);
	check_join(setter);
	CHECK(pthread_mutex_destroy(&typed), 0);
}

static void check_error_checking(void)
{
	struct timespec soon = check_time_in(CLOCK_REALTIME, CHECK_TIMEOUT_MS);

	CASE("wait with an error-checking mutex");
	init_typed(PTHREAD_MUTEX_ERRORCHECK, PTHREAD_MUTEX_STALLED, PTHREAD_PRIO_NONE);
	CHECK(pthread_cond_wait(&changed, &typed), EPERM);
	CHECK(pthread_cond_timedwait(&changed, &typed, &soon), EPERM);
	CHECK(pthread_cond_clockwait(&changed, &typed, CLOCK_MONOTONIC, &soon), EPERM);
	check_wait_with_typed();
}

static void *lock_robust_and_die(void *unused)
{
	(void)unused;
	REQUIRE(pthread_mutex_lock(&typed));
	flag = 1;
	REQUIRE(pthread_cond_signal(&changed));
	return NULL;
}

static void check_robust(void)
{
	pthread_t setter;
	int error = 0;

	CASE("owner dies while others wait");
	init_typed(PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ROBUST, PTHREAD_PRIO_NONE);
	CHECK(pthread_mutex_lock(&typed), 0);
	setter = check_start(lock_robust_and_die, NULL);
	while (!flag && !error)
		error = pthread_cond_wait(&changed, &typed);
	CHECK_VALUE(error, EOWNERDEAD);
	CHECK(pthread_mutex_consistent(&typed), 0);
	CHECK(pthread_mutex_unlock(&typed), 0);
	check_join(setter);
}

static void check_attributes(void)
{
	pthread_condattr_t attributes;
	pthread_cond_t condition;
	clockid_t clock;
	int sharing;

	CASE("attributes");
	CHECK(pthread_condattr_init(&attributes), 0);
	CHECK(pthread_condattr_getclock(&attributes, &clock), 0);
	CHECK_VALUE(clock, CLOCK_REALTIME);
	CHECK(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC), 0);
	CHECK(pthread_condattr_getclock(&attributes, &clock), 0);
	CHECK_VALUE(clock, CLOCK_MONOTONIC);
	CHECK(pthread_condattr_setclock(&attributes, CLOCK_PROCESS_CPUTIME_ID), EINVAL);
	CHECK(pthread_condattr_getpshared(&attributes, &sharing), 0);
	CHECK_VALUE(sharing, PTHREAD_PROCESS_PRIVATE);
	CHECK(pthread_condattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED), 0);
	CHECK(pthread_condattr_getpshared(&attributes, &sharing), 0);
	CHECK_VALUE(sharing, PTHREAD_PROCESS_SHARED);
	CHECK(pthread_condattr_setpshared(&attributes, 99), EINVAL);
	CHECK(pthread_cond_init(&condition, &attributes), 0);
	CHECK(pthread_condattr_destroy(&attributes), 0);
	CHECK(pthread_cond_signal(&condition), 0);
	CHECK(pthread_cond_destroy(&condition), 0);
}

int main(void)
{
	check_signal();
	check_broadcast();
	check_nobody_waits();
	check_error_checking();
	CASE("wait with an adaptive mutex");
	init_typed(PTHREAD_MUTEX_ADAPTIVE_NP, PTHREAD_MUTEX_STALLED, PTHREAD_PRIO_NONE);
	check_wait_with_typed();
	CASE("wait with a recursive mutex");
	init_typed(PTHREAD_MUTEX_RECURSIVE, PTHREAD_MUTEX_STALLED, PTHREAD_PRIO_NONE);
	check_wait_with_typed();
	CASE("wait with an inheriting mutex");
	init_typed(PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_STALLED, PTHREAD_PRIO_INHERIT);
	check_wait_with_typed();
	check_robust();
	check_attributes();
	return 0;
}
