/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Read-write locks: who excludes whom, the deadlocks that are recognised, timed and
 * clock-selected variants, and attributes.
 */
#include "check.h"

#define THREADS 4
#define ROUNDS 100

static pthread_rwlock_t lock;
static long first_half;
static long second_half;

static void *try_while_read(void *unused)
{
	struct timespec soon = check_time_in(CLOCK_REALTIME, CHECK_TIMEOUT_MS);
	struct timespec soon_monotonic = check_time_in(CLOCK_MONOTONIC, CHECK_TIMEOUT_MS);

	(void)unused;
	CHECK(pthread_rwlock_trywrlock(&lock), EBUSY);
	CHECK(pthread_rwlock_timedwrlock(&lock, &soon), ETIMEDOUT);
	CHECK(pthread_rwlock_clockwrlock(&lock, CLOCK_MONOTONIC, &soon_monotonic), ETIMEDOUT);
	CHECK(pthread_rwlock_tryrdlock(&lock), 0);
	CHECK(pthread_rwlock_rdlock(&lock), 0);
	CHECK(pthread_rwlock_unlock(&lock), 0);
	CHECK(pthread_rwlock_unlock(&lock), 0);
	return NULL;
}

static void *try_while_written(void *unused)
{
	struct timespec soon = check_time_in(CLOCK_REALTIME, CHECK_TIMEOUT_MS);
	struct timespec soon_monotonic = check_time_in(CLOCK_MONOTONIC, CHECK_TIMEOUT_MS);
	struct timespec past = check_time_in(CLOCK_REALTIME, -1000);
	struct timespec before_epoch = { -1, 0 };

	(void)unused;
	CHECK(pthread_rwlock_tryrdlock(&lock), EBUSY);
	CHECK(pthread_rwlock_trywrlock(&lock), EBUSY);
	CHECK(pthread_rwlock_timedrdlock(&lock, &soon), ETIMEDOUT);
	CHECK(pthread_rwlock_clockrdlock(&lock, CLOCK_MONOTONIC, &soon_monotonic), ETIMEDOUT);
	CHECK(pthread_rwlock_timedrdlock(&lock, &past), ETIMEDOUT);
	CHECK(pthread_rwlock_timedwrlock(&lock, &past), ETIMEDOUT);
	CHECK(pthread_rwlock_timedwrlock(&lock, &before_epoch), ETIMEDOUT);
	return NULL;
}

static void check_readers(void)
{
	CASE("read");
	CHECK(pthread_rwlock_rdlock(&lock), 0);
	CHECK(pthread_rwlock_rdlock(&lock), 0);
	CHECK(pthread_rwlock_tryrdlock(&lock), 0);
	CHECK(pthread_rwlock_trywrlock(&lock), EBUSY);
	check_in_thread(try_while_read, NULL);
	for (int i = 0; i < 3; i++)
		CHECK(pthread_rwlock_unlock(&lock), 0);
	CHECK(pthread_rwlock_trywrlock(&lock), 0);
	CHECK(pthread_rwlock_unlock(&lock), 0);
}

static void check_writer(void)
{
	struct timespec soon = check_time_in(CLOCK_REALTIME, CHECK_TIMEOUT_MS);

	CASE("write");
	CHECK(pthread_rwlock_wrlock(&lock), 0);
	CHECK(pthread_rwlock_wrlock(&lock), EDEADLK);
	CHECK(pthread_rwlock_rdlock(&lock), EDEADLK);
	CHECK(pthread_rwlock_timedrdlock(&lock, &soon), EDEADLK);
	CHECK(pthread_rwlock_timedwrlock(&lock, &soon), EDEADLK);
	CHECK(pthread_rwlock_clockwrlock(&lock, CLOCK_MONOTONIC, &soon), EDEADLK);
	CHECK(pthread_rwlock_tryrdlock(&lock), EBUSY);
	CHECK(pthread_rwlock_trywrlock(&lock), EBUSY);
	check_in_thread(try_while_written, NULL);
	CHECK(pthread_rwlock_unlock(&lock), 0);
}

/* Unlike a mutex, a rwlock looks at the time before it looks at the lock. */
static void check_times(void)
{
	struct timespec past = check_time_in(CLOCK_REALTIME, -1000);
	struct timespec bad = check_bad_time();

	CASE("time");
	CHECK(pthread_rwlock_timedrdlock(&lock, &past), 0);
	CHECK(pthread_rwlock_unlock(&lock), 0);
	CHECK(pthread_rwlock_timedwrlock(&lock, &past), 0);
	CHECK(pthread_rwlock_unlock(&lock), 0);
	CHECK(pthread_rwlock_clockrdlock(&lock, CLOCK_REALTIME, &past), 0);
	CHECK(pthread_rwlock_unlock(&lock), 0);
	CHECK(pthread_rwlock_timedrdlock(&lock, &bad), EINVAL);
	CHECK(pthread_rwlock_timedwrlock(&lock, &bad), EINVAL);
	CHECK(pthread_rwlock_clockrdlock(&lock, CLOCK_MONOTONIC, &bad), EINVAL);
	CHECK(pthread_rwlock_clockrdlock(&lock, CLOCK_PROCESS_CPUTIME_ID, &past), EINVAL);
	CHECK(pthread_rwlock_clockwrlock(&lock, CLOCK_PROCESS_CPUTIME_ID, &past), EINVAL);
}

static void *write_both(void *unused)
{
	(void)unused;
	for (int i = 0; i < ROUNDS; i++) {
		REQUIRE(pthread_rwlock_wrlock(&lock));
		first_half++;
		second_half++;
		REQUIRE(pthread_rwlock_unlock(&lock));
	}
	return NULL;
}

static void *read_both(void *unused)
{
	intptr_t torn = 0;

	(void)unused;
	for (int i = 0; i < ROUNDS; i++) {
		REQUIRE(pthread_rwlock_rdlock(&lock));
		torn += first_half != second_half;
		REQUIRE(pthread_rwlock_unlock(&lock));
	}
	return (void *)torn;
}

static void check_exclusion(void)
{
	pthread_t writers[THREADS];
	pthread_t readers[THREADS];
	intptr_t torn = 0;

	CASE("exclusion");
	for (int i = 0; i < THREADS; i++) {
		writers[i] = check_start(write_both, NULL);
		readers[i] = check_start(read_both, NULL);
	}
	for (int i = 0; i < THREADS; i++) {
		check_join(writers[i]);
		torn += (intptr_t)check_join(readers[i]);
	}
	CHECK_VALUE(torn, 0);
	CHECK_VALUE(first_half, THREADS * ROUNDS);
}

static void check_attributes(void)
{
	pthread_rwlockattr_t attributes;
	int value;

	CASE("attributes");
	CHECK(pthread_rwlockattr_init(&attributes), 0);
	CHECK(pthread_rwlockattr_getpshared(&attributes, &value), 0);
	CHECK_VALUE(value, PTHREAD_PROCESS_PRIVATE);
	CHECK(pthread_rwlockattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED), 0);
	CHECK(pthread_rwlockattr_getpshared(&attributes, &value), 0);
	CHECK_VALUE(value, PTHREAD_PROCESS_SHARED);
	CHECK(pthread_rwlockattr_setpshared(&attributes, 99), EINVAL);
	CHECK(pthread_rwlockattr_getkind_np(&attributes, &value), 0);
	CHECK_VALUE(value, PTHREAD_RWLOCK_DEFAULT_NP);
	CHECK(pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NP), 0);
	CHECK(pthread_rwlockattr_getkind_np(&attributes, &value), 0);
	CHECK_VALUE(value, PTHREAD_RWLOCK_PREFER_WRITER_NP);
	CHECK(pthread_rwlockattr_setkind_np(&attributes, 99), EINVAL);
	CHECK(pthread_rwlock_init(&lock, &attributes), 0);
	CHECK(pthread_rwlockattr_destroy(&attributes), 0);
	CHECK(pthread_rwlock_wrlock(&lock), 0);
	CHECK(pthread_rwlock_unlock(&lock), 0);
	CHECK(pthread_rwlock_destroy(&lock), 0);
}

static void check_static_initialisers(void)
{
	static pthread_rwlock_t usual = PTHREAD_RWLOCK_INITIALIZER;
	static pthread_rwlock_t writers_first =
		PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;

	CASE("static initialiser");
	CHECK(pthread_rwlock_rdlock(&usual), 0);
	CHECK(pthread_rwlock_rdlock(&usual), 0);
	CHECK(pthread_rwlock_unlock(&usual), 0);
	CHECK(pthread_rwlock_unlock(&usual), 0);
	CHECK(pthread_rwlock_wrlock(&writers_first), 0);
	CHECK(pthread_rwlock_wrlock(&writers_first), EDEADLK);
	CHECK(pthread_rwlock_unlock(&writers_first), 0);
	CHECK(pthread_rwlock_destroy(&usual), 0);
}

int main(void)
{
	CASE("init");
	CHECK(pthread_rwlock_init(&lock, NULL), 0);
	check_readers();
	check_writer();
	check_times();
	check_exclusion();
	CASE("destroy");
	CHECK(pthread_rwlock_destroy(&lock), 0);
	check_attributes();
	check_static_initialisers();
	return 0;
}
