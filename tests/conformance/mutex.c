/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mutexes of the four types: who may lock and unlock, what a second lock by the owner gives,
 * timed and clock-selected locking, and that they exclude.
 */
#include "check.h"

#define THREADS 4
#define ROUNDS 250

static pthread_mutex_t mutex;
static long counter;

static void mutex_of_type(int type)
{
	pthread_mutexattr_t attributes;

	REQUIRE(pthread_mutexattr_init(&attributes));
	REQUIRE(pthread_mutexattr_settype(&attributes, type));
	REQUIRE(pthread_mutex_init(&mutex, &attributes));
	REQUIRE(pthread_mutexattr_destroy(&attributes));
}

static void *count(void *unused)
{
	(void)unused;
	for (int i = 0; i < ROUNDS; i++) {
		REQUIRE(pthread_mutex_lock(&mutex));
		counter++;
		REQUIRE(pthread_mutex_unlock(&mutex));
	}
	return NULL;
}

static void check_exclusion(void)
{
	pthread_t threads[THREADS];

	counter = 0;
	for (int i = 0; i < THREADS; i++)
		threads[i] = check_start(count, NULL);
	for (int i = 0; i < THREADS; i++)
		check_join(threads[i]);
	CHECK_VALUE(counter, THREADS * ROUNDS);
}

/* Called in another thread while the mutex is held. */
static void *try_while_held(void *unused)
{
	struct timespec soon = check_time_in(CLOCK_REALTIME, CHECK_TIMEOUT_MS);
	struct timespec soon_monotonic = check_time_in(CLOCK_MONOTONIC, CHECK_TIMEOUT_MS);
	struct timespec past = check_time_in(CLOCK_REALTIME, -1000);
	struct timespec before_epoch = { -1, 0 };
	struct timespec bad = check_bad_time();

	(void)unused;
	CHECK(pthread_mutex_trylock(&mutex), EBUSY);
	CHECK(pthread_mutex_timedlock(&mutex, &soon), ETIMEDOUT);
	CHECK(pthread_mutex_timedlock(&mutex, &past), ETIMEDOUT);
	CHECK(pthread_mutex_timedlock(&mutex, &before_epoch), ETIMEDOUT);
	CHECK(pthread_mutex_timedlock(&mutex, &bad), EINVAL);
	CHECK(pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &soon_monotonic), ETIMEDOUT);
	CHECK(pthread_mutex_clocklock(&mutex, CLOCK_REALTIME, &past), ETIMEDOUT);
	CHECK(pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &bad), EINVAL);
	CHECK(pthread_mutex_clocklock(&mutex, CLOCK_PROCESS_CPUTIME_ID, &soon), EINVAL);
	CHECK_TRUE(check_ns_since(CLOCK_MONOTONIC, soon_monotonic) >= 0);
	return NULL;
}

static void *unlock_not_held(void *unused)
{
	(void)unused;
	CHECK(pthread_mutex_unlock(&mutex), EPERM);
	return NULL;
}

static void *lock_and_unlock(void *unused)
{
	(void)unused;
	CHECK(pthread_mutex_lock(&mutex), 0);
	CHECK(pthread_mutex_unlock(&mutex), 0);
	return NULL;
}

static void check_timed_when_free(void)
{
	struct timespec past = check_time_in(CLOCK_REALTIME, -1000);
	struct timespec bad = check_bad_time();

	/* A mutex that is free is taken, whatever the time says. */
	CHECK(pthread_mutex_timedlock(&mutex, &past), 0);
	CHECK(pthread_mutex_unlock(&mutex), 0);
	CHECK(pthread_mutex_timedlock(&mutex, &bad), 0);
	CHECK(pthread_mutex_unlock(&mutex), 0);
	CHECK(pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &past), 0);
	CHECK(pthread_mutex_unlock(&mutex), 0);
}

static void check_any_type(void)
{
	CHECK(pthread_mutex_lock(&mutex), 0);
	CHECK(pthread_mutex_destroy(&mutex), EBUSY);
	check_in_thread(try_while_held, NULL);
	CHECK(pthread_mutex_unlock(&mutex), 0);
	CHECK(pthread_mutex_trylock(&mutex), 0);
	CHECK(pthread_mutex_unlock(&mutex), 0);
	check_timed_when_free();
	check_in_thread(lock_and_unlock, NULL);
	check_exclusion();
}

/* Normal and adaptive mutexes don't look at the owner: a second lock waits for ever. */
static void check_relock_waits(void)
{
	struct timespec soon = check_time_in(CLOCK_REALTIME, CHECK_TIMEOUT_MS);
	struct timespec soon_monotonic = check_time_in(CLOCK_MONOTONIC, CHECK_TIMEOUT_MS);

	CHECK(pthread_mutex_lock(&mutex), 0);
	CHECK(pthread_mutex_trylock(&mutex), EBUSY);
	CHECK(pthread_mutex_timedlock(&mutex, &soon), ETIMEDOUT);
	CHECK(pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &soon_monotonic), ETIMEDOUT);
	CHECK(pthread_mutex_unlock(&mutex), 0);
}

static void check_error_checking(void)
{
	struct timespec soon = check_time_in(CLOCK_REALTIME, CHECK_TIMEOUT_MS);

	CHECK(pthread_mutex_unlock(&mutex), EPERM);
	CHECK(pthread_mutex_lock(&mutex), 0);
	CHECK(pthread_mutex_lock(&mutex), EDEADLK);
	CHECK(pthread_mutex_trylock(&mutex), EBUSY);
	CHECK(pthread_mutex_timedlock(&mutex, &soon), EDEADLK);
	CHECK(pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &soon), EDEADLK);
	check_in_thread(unlock_not_held, NULL);
	CHECK(pthread_mutex_unlock(&mutex), 0);
	CHECK(pthread_mutex_unlock(&mutex), EPERM);
}

static void check_recursive(void)
{
	struct timespec soon = check_time_in(CLOCK_REALTIME, CHECK_TIMEOUT_MS);

	CHECK(pthread_mutex_unlock(&mutex), EPERM);
	CHECK(pthread_mutex_lock(&mutex), 0);
	CHECK(pthread_mutex_lock(&mutex), 0);
	CHECK(pthread_mutex_trylock(&mutex), 0);
	CHECK(pthread_mutex_timedlock(&mutex, &soon), 0);
	CHECK(pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &soon), 0);
	check_in_thread(unlock_not_held, NULL);
	for (int i = 0; i < 4; i++)
		CHECK(pthread_mutex_unlock(&mutex), 0);
	check_in_thread(try_while_held, NULL);
	CHECK(pthread_mutex_unlock(&mutex), 0);
	CHECK(pthread_mutex_unlock(&mutex), EPERM);
	check_in_thread(lock_and_unlock, NULL);
}

static void check_static_initialisers(void)
{
	static pthread_mutex_t normal = PTHREAD_MUTEX_INITIALIZER;
	static pthread_mutex_t recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
	static pthread_mutex_t checking = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
	static pthread_mutex_t adaptive = PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP;

	CASE("static initialiser");
	CHECK(pthread_mutex_lock(&normal), 0);
	CHECK(pthread_mutex_trylock(&normal), EBUSY);
	CHECK(pthread_mutex_unlock(&normal), 0);
	CHECK(pthread_mutex_lock(&recursive), 0);
	CHECK(pthread_mutex_trylock(&recursive), 0);
	CHECK(pthread_mutex_unlock(&recursive), 0);
	CHECK(pthread_mutex_unlock(&recursive), 0);
	CHECK(pthread_mutex_lock(&checking), 0);
	CHECK(pthread_mutex_lock(&checking), EDEADLK);
	CHECK(pthread_mutex_unlock(&checking), 0);
	CHECK(pthread_mutex_lock(&adaptive), 0);
	CHECK(pthread_mutex_trylock(&adaptive), EBUSY);
	CHECK(pthread_mutex_unlock(&adaptive), 0);
	CHECK(pthread_mutex_destroy(&normal), 0);
	/* A destroyed mutex may be initialised anew. */
	CHECK(pthread_mutex_init(&normal, NULL), 0);
	CHECK(pthread_mutex_lock(&normal), 0);
	CHECK(pthread_mutex_unlock(&normal), 0);
}

int main(void)
{
	CASE("normal mutex");
	mutex_of_type(PTHREAD_MUTEX_NORMAL);
	check_any_type();
	check_relock_waits();
	CHECK(pthread_mutex_destroy(&mutex), 0);

	CASE("adaptive mutex");
	mutex_of_type(PTHREAD_MUTEX_ADAPTIVE_NP);
	check_any_type();
	check_relock_waits();
	CHECK(pthread_mutex_destroy(&mutex), 0);

	CASE("error-checking mutex");
	mutex_of_type(PTHREAD_MUTEX_ERRORCHECK);
	check_any_type();
	check_error_checking();
	CHECK(pthread_mutex_destroy(&mutex), 0);

	CASE("recursive mutex");
	mutex_of_type(PTHREAD_MUTEX_RECURSIVE);
	check_any_type();
	check_recursive();
	CHECK(pthread_mutex_destroy(&mutex), 0);

	check_static_initialisers();
	return 0;
}
