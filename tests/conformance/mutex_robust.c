/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Robust mutexes: the next to lock after the owner's death hears of it, makes the state
 * consistent or gives it up for all. For every type and for priority inheritance.
 */
#include "check.h"

static pthread_mutex_t mutex;
static pthread_barrier_t locked;

static void robust_mutex(int type, int protocol)
{
	pthread_mutexattr_t attributes;

	REQUIRE(pthread_mutexattr_init(&attributes));
	REQUIRE(pthread_mutexattr_settype(&attributes, type));
	REQUIRE(pthread_mutexattr_setprotocol(&attributes, protocol));
	REQUIRE(pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST));
	REQUIRE(pthread_mutex_init(&mutex, &attributes));
	REQUIRE(pthread_mutexattr_destroy(&attributes));
}

static void *lock_and_die(void *unused)
{
	(void)unused;
	REQUIRE(pthread_mutex_lock(&mutex));
	return NULL;
}

static void *lock_and_exit(void *unused)
{
	(void)unused;
	REQUIRE(pthread_mutex_lock(&mutex));
	pthread_exit(NULL);
}

static void *lock_and_die_later(void *unused)
{
	(void)unused;
	REQUIRE(pthread_mutex_lock(&mutex));
	pthread_barrier_wait(&locked);
	return NULL;
}

static void *try_while_held(void *unused)
{
	struct timespec soon = check_time_in(CLOCK_REALTIME, CHECK_TIMEOUT_MS);
	struct timespec soon_monotonic = check_time_in(CLOCK_MONOTONIC, CHECK_TIMEOUT_MS);
	struct timespec bad = check_bad_time();

	(void)unused;
	CHECK(pthread_mutex_trylock(&mutex), EBUSY);
	CHECK(pthread_mutex_timedlock(&mutex, &soon), ETIMEDOUT);
	CHECK(pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &soon_monotonic), ETIMEDOUT);
	CHECK(pthread_mutex_timedlock(&mutex, &bad), EINVAL);
	return NULL;
}

static void check_lock_family(void)
{
	struct timespec soon = check_time_in(CLOCK_REALTIME, CHECK_TIMEOUT_MS);
	struct timespec soon_monotonic = check_time_in(CLOCK_MONOTONIC, CHECK_TIMEOUT_MS);

	CHECK(pthread_mutex_consistent(&mutex), EINVAL);
	check_in_thread(lock_and_die, NULL);
	CHECK(pthread_mutex_lock(&mutex), EOWNERDEAD);
	check_in_thread(try_while_held, NULL);
	CHECK(pthread_mutex_consistent(&mutex), 0);
	CHECK(pthread_mutex_consistent(&mutex), EINVAL);
	CHECK(pthread_mutex_unlock(&mutex), 0);
	CHECK(pthread_mutex_lock(&mutex), 0);
	CHECK(pthread_mutex_unlock(&mutex), 0);

	check_in_thread(lock_and_exit, NULL);
	CHECK(pthread_mutex_trylock(&mutex), EOWNERDEAD);
	CHECK(pthread_mutex_consistent(&mutex), 0);
	CHECK(pthread_mutex_unlock(&mutex), 0);

	check_in_thread(lock_and_die, NULL);
	CHECK(pthread_mutex_timedlock(&mutex, &soon), EOWNERDEAD);
	CHECK(pthread_mutex_consistent(&mutex), 0);
	CHECK(pthread_mutex_unlock(&mutex), 0);

	check_in_thread(lock_and_die, NULL);
	CHECK(pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &soon_monotonic), EOWNERDEAD);
	CHECK(pthread_mutex_consistent(&mutex), 0);
	CHECK(pthread_mutex_unlock(&mutex), 0);
}

static void check_death_while_waiting(void)
{
	pthread_t owner;

	REQUIRE(pthread_barrier_init(&locked, NULL, 2));
	owner = check_start(lock_and_die_later, NULL);
	pthread_barrier_wait(&locked);
	CHECK(pthread_mutex_lock(&mutex), EOWNERDEAD);
	CHECK(pthread_mutex_consistent(&mutex), 0);
	CHECK(pthread_mutex_unlock(&mutex), 0);
	check_join(owner);
	REQUIRE(pthread_barrier_destroy(&locked));
}

static void *lock_dead_and_die(void *unused)
{
	(void)unused;
	CHECK(pthread_mutex_lock(&mutex), EOWNERDEAD);
	return NULL;
}

/* A second death before anyone made it consistent is heard of once more. */
static void check_two_deaths(void)
{
	check_in_thread(lock_and_die, NULL);
	check_in_thread(lock_dead_and_die, NULL);
	CHECK(pthread_mutex_lock(&mutex), EOWNERDEAD);
	CHECK(pthread_mutex_consistent(&mutex), 0);
	CHECK(pthread_mutex_unlock(&mutex), 0);
}

static void check_given_up(void)
{
	struct timespec soon = check_time_in(CLOCK_REALTIME, CHECK_TIMEOUT_MS);

	check_in_thread(lock_and_die, NULL);
	CHECK(pthread_mutex_lock(&mutex), EOWNERDEAD);
	CHECK(pthread_mutex_unlock(&mutex), 0);
	CHECK(pthread_mutex_lock(&mutex), ENOTRECOVERABLE);
	CHECK(pthread_mutex_timedlock(&mutex, &soon), ENOTRECOVERABLE);
	CHECK(pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &soon), ENOTRECOVERABLE);
	CHECK(pthread_mutex_consistent(&mutex), EINVAL);
	/* Last: glibc 2.36 leaves the lock word taken after this. */
	CHECK(pthread_mutex_trylock(&mutex), ENOTRECOVERABLE);
}

static void *unlock_not_held(void *unused)
{
	(void)unused;
	CHECK(pthread_mutex_unlock(&mutex), EPERM);
	return NULL;
}

/* Robust mutexes of every type know their owner. */
static void check_owner(int type)
{
	CHECK(pthread_mutex_unlock(&mutex), EPERM);
	CHECK(pthread_mutex_lock(&mutex), 0);
	check_in_thread(unlock_not_held, NULL);
	if (type == PTHREAD_MUTEX_ERRORCHECK) {
		CHECK(pthread_mutex_lock(&mutex), EDEADLK);
		/* POSIX says EBUSY; so does glibc for mutexes that aren't robust. */
		CHECK(pthread_mutex_trylock(&mutex), EDEADLK);
	} else if (type == PTHREAD_MUTEX_RECURSIVE) {
		CHECK(pthread_mutex_lock(&mutex), 0);
		CHECK(pthread_mutex_trylock(&mutex), 0);
		CHECK(pthread_mutex_unlock(&mutex), 0);
		CHECK(pthread_mutex_unlock(&mutex), 0);
	} else {
		CHECK(pthread_mutex_trylock(&mutex), EBUSY);
	}
	CHECK(pthread_mutex_unlock(&mutex), 0);
}

static void check_kind(const char *name, int type, int protocol)
{
	CASE(name);
	robust_mutex(type, protocol);
	check_lock_family();
	check_death_while_waiting();
	check_two_deaths();
	check_owner(type);
	check_given_up();
}

/* Without robustness nobody hears of the death: the mutex stays locked. */
static void check_stalled(void)
{
	struct timespec soon = check_time_in(CLOCK_REALTIME, CHECK_TIMEOUT_MS);

	CASE("stalled mutex");
	REQUIRE(pthread_mutex_init(&mutex, NULL));
	check_in_thread(lock_and_die, NULL);
	CHECK(pthread_mutex_trylock(&mutex), EBUSY);
	CHECK(pthread_mutex_timedlock(&mutex, &soon), ETIMEDOUT);
	CHECK(pthread_mutex_consistent(&mutex), EINVAL);
}

int main(void)
{
	check_kind("robust normal", PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_NONE);
	check_kind("robust recursive", PTHREAD_MUTEX_RECURSIVE, PTHREAD_PRIO_NONE);
	check_kind("robust error-checking", PTHREAD_MUTEX_ERRORCHECK, PTHREAD_PRIO_NONE);
	check_kind("robust adaptive", PTHREAD_MUTEX_ADAPTIVE_NP, PTHREAD_PRIO_NONE);
	check_kind("robust inheriting normal", PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_INHERIT);
	check_kind(
		"robust inheriting recursive", PTHREAD_MUTEX_RECURSIVE, PTHREAD_PRIO_INHERIT);
	check_kind("robust inheriting error-checking", PTHREAD_MUTEX_ERRORCHECK,
		PTHREAD_PRIO_INHERIT);
	check_stalled();
	return 0;
}
