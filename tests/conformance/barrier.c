/* SPDX-License-Identifier: Apache-2.0 */
/* Barriers: exactly one serial thread each round, reuse, attributes, and a count of 0. */
#include "check.h"

#include <stdatomic.h>

#define THREADS 4
#define ROUNDS 25

static pthread_barrier_t barrier;
static atomic_int before[ROUNDS];
static atomic_int serial[ROUNDS];
static atomic_int early;

static void *pass(void *unused)
{
	(void)unused;
	for (int i = 0; i < ROUNDS; i++) {
		atomic_fetch_add(&before[i], 1);
		int result = pthread_barrier_wait(&barrier);

		if (result == PTHREAD_BARRIER_SERIAL_THREAD)
			atomic_fetch_add(&serial[i], 1);
		else
			REQUIRE(result);
		if (atomic_load(&before[i]) != THREADS)
			atomic_fetch_add(&early, 1);
	}
	return NULL;
}

static void check_rounds(void)
{
	pthread_t threads[THREADS];
	int rounds_with_one_serial = 0;

	CASE("rounds");
	CHECK(pthread_barrier_init(&barrier, NULL, THREADS), 0);
	for (int i = 0; i < THREADS; i++)
		threads[i] = check_start(pass, NULL);
	for (int i = 0; i < THREADS; i++)
		check_join(threads[i]);
	for (int i = 0; i < ROUNDS; i++)
		rounds_with_one_serial += atomic_load(&serial[i]) == 1;
	CHECK_VALUE(rounds_with_one_serial, ROUNDS);
	CHECK_VALUE(atomic_load(&early), 0);
	CHECK(pthread_barrier_destroy(&barrier), 0);
}

static void check_counts(void)
{
	CASE("count");
	CHECK(pthread_barrier_init(&barrier, NULL, 0), EINVAL);
	CHECK(pthread_barrier_init(&barrier, NULL, 1), 0);
	CHECK_VALUE(pthread_barrier_wait(&barrier), PTHREAD_BARRIER_SERIAL_THREAD);
	CHECK_VALUE(pthread_barrier_wait(&barrier), PTHREAD_BARRIER_SERIAL_THREAD);
	CHECK(pthread_barrier_destroy(&barrier), 0);
}

static void check_attributes(void)
{
	pthread_barrierattr_t attributes;
	int sharing;

	CASE("attributes");
	CHECK(pthread_barrierattr_init(&attributes), 0);
	CHECK(pthread_barrierattr_getpshared(&attributes, &sharing), 0);
	CHECK_VALUE(sharing, PTHREAD_PROCESS_PRIVATE);
	CHECK(pthread_barrierattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED), 0);
	CHECK(pthread_barrierattr_getpshared(&attributes, &sharing), 0);
	CHECK_VALUE(sharing, PTHREAD_PROCESS_SHARED);
	CHECK(pthread_barrierattr_setpshared(&attributes, 99), EINVAL);
	CHECK(pthread_barrier_init(&barrier, &attributes, 1), 0);
	CHECK_VALUE(pthread_barrier_wait(&barrier), PTHREAD_BARRIER_SERIAL_THREAD);
	CHECK(pthread_barrier_destroy(&barrier), 0);
	CHECK(pthread_barrierattr_destroy(&attributes), 0);
}

int main(void)
{
	check_rounds();
	check_counts();
	check_attributes();
	return 0;
}
