/* SPDX-License-Identifier: Apache-2.0 */
/* Unnamed semaphores: counting, waiting, every timed variant, limits. */
#include "check.h"

#include <limits.h>
#include <semaphore.h>

#define THREADS 4
#define ROUNDS 50

static sem_t semaphore;
static sem_t items;
static sem_t places;
static long produced;
static long consumed;

static int value_of(sem_t *counted)
{
	int value;

	REQUIRE(sem_getvalue(counted, &value));
	return value;
}

static void check_counting(void)
{
	CASE("counting");
	CHECK_ERRNO(sem_init(&semaphore, 0, 2), 0);
	CHECK_VALUE(value_of(&semaphore), 2);
	CHECK_ERRNO(sem_wait(&semaphore), 0);
	CHECK_ERRNO(sem_trywait(&semaphore), 0);
	CHECK_VALUE(value_of(&semaphore), 0);
	CHECK_ERRNO(sem_trywait(&semaphore), EAGAIN);
	CHECK_ERRNO(sem_post(&semaphore), 0);
	CHECK_VALUE(value_of(&semaphore), 1);
	CHECK_ERRNO(sem_destroy(&semaphore), 0);
}

static void check_limits(void)
{
	CASE("limits");
	CHECK_ERRNO(sem_init(&semaphore, 0, (unsigned)SEM_VALUE_MAX + 1), EINVAL);
	CHECK_ERRNO(sem_init(&semaphore, 0, SEM_VALUE_MAX), 0);
	CHECK_ERRNO(sem_post(&semaphore), EOVERFLOW);
	CHECK_VALUE(value_of(&semaphore), SEM_VALUE_MAX);
	CHECK_ERRNO(sem_wait(&semaphore), 0);
	CHECK_ERRNO(sem_post(&semaphore), 0);
	CHECK_ERRNO(sem_destroy(&semaphore), 0);
}

static void check_times(void)
{
	struct timespec soon = check_time_in(CLOCK_REALTIME, CHECK_TIMEOUT_MS);
	struct timespec soon_monotonic = check_time_in(CLOCK_MONOTONIC, CHECK_TIMEOUT_MS);
	struct timespec past = check_time_in(CLOCK_REALTIME, -1000);
	struct timespec before_epoch = { -1, 0 };
	struct timespec bad = check_bad_time();

	CASE("time");
	REQUIRE(sem_init(&semaphore, 0, 0));
	CHECK_ERRNO(sem_timedwait(&semaphore, &soon), ETIMEDOUT);
	CHECK_TRUE(check_ns_since(CLOCK_REALTIME, soon) >= 0);
	CHECK_ERRNO(sem_timedwait(&semaphore, &past), ETIMEDOUT);
	CHECK_ERRNO(sem_timedwait(&semaphore, &before_epoch), ETIMEDOUT);
	CHECK_ERRNO(sem_timedwait(&semaphore, &bad), EINVAL);
	CHECK_ERRNO(sem_clockwait(&semaphore, CLOCK_MONOTONIC, &soon_monotonic), ETIMEDOUT);
	CHECK_TRUE(check_ns_since(CLOCK_MONOTONIC, soon_monotonic) >= 0);
	CHECK_ERRNO(sem_clockwait(&semaphore, CLOCK_REALTIME, &past), ETIMEDOUT);
	CHECK_ERRNO(sem_clockwait(&semaphore, CLOCK_MONOTONIC, &bad), EINVAL);
	CHECK_ERRNO(sem_clockwait(&semaphore, CLOCK_PROCESS_CPUTIME_ID, &past), EINVAL);

	CASE("time when free");
	for (int i = 0; i < 3; i++)
		REQUIRE(sem_post(&semaphore));
	CHECK_ERRNO(sem_timedwait(&semaphore, &past), 0);
	CHECK_ERRNO(sem_clockwait(&semaphore, CLOCK_MONOTONIC, &past), 0);
	CHECK_VALUE(value_of(&semaphore), 1);
	CHECK_ERRNO(sem_destroy(&semaphore), 0);
}

static void *produce(void *unused)
{
	(void)unused;
	for (int i = 0; i < ROUNDS; i++) {
		REQUIRE(sem_wait(&places));
		__atomic_fetch_add(&produced, 1, __ATOMIC_SEQ_CST);
		REQUIRE(sem_post(&items));
	}
	return NULL;
}

static void *consume(void *unused)
{
	(void)unused;
	for (int i = 0; i < ROUNDS; i++) {
		REQUIRE(sem_wait(&items));
		__atomic_fetch_add(&consumed, 1, __ATOMIC_SEQ_CST);
		REQUIRE(sem_post(&places));
	}
	return NULL;
}

static void check_producers(void)
{
	pthread_t producers[THREADS];
	pthread_t consumers[THREADS];

	CASE("producers and consumers");
	REQUIRE(sem_init(&items, 0, 0));
	REQUIRE(sem_init(&places, 1, 3));
	for (int i = 0; i < THREADS; i++) {
		producers[i] = check_start(produce, NULL);
		consumers[i] = check_start(consume, NULL);
	}
	for (int i = 0; i < THREADS; i++) {
		check_join(producers[i]);
		check_join(consumers[i]);
	}
	CHECK_VALUE(produced, THREADS * ROUNDS);
	CHECK_VALUE(consumed, THREADS * ROUNDS);
	CHECK_VALUE(value_of(&items), 0);
	CHECK_VALUE(value_of(&places), 3);
}

int main(void)
{
	check_counting();
	check_limits();
	check_times();
	check_producers();
	return 0;
}
