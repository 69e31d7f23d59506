/* SPDX-License-Identifier: Apache-2.0 */
/* Spin locks: exclusion, and that trylock never waits. */
#include "check.h"

#define THREADS 3
#define ROUNDS 100

static pthread_spinlock_t lock;
static long counter;

static void *count(void *unused)
{
	(void)unused;
	for (int i = 0; i < ROUNDS; i++) {
		REQUIRE(pthread_spin_lock(&lock));
		counter++;
		REQUIRE(pthread_spin_unlock(&lock));
	}
	return NULL;
}

static void *try_lock(void *unused)
{
	(void)unused;
	CHECK(pthread_spin_trylock(&lock), EBUSY);
	return NULL;
}

static void check_lock(const char *name, int sharing)
{
	pthread_t threads[THREADS];

	CASE(name);
	CHECK(pthread_spin_init(&lock, sharing), 0);
	CHECK(pthread_spin_lock(&lock), 0);
	CHECK(pthread_spin_trylock(&lock), EBUSY);
	check_in_thread(try_lock, NULL);
	CHECK(pthread_spin_unlock(&lock), 0);
	CHECK(pthread_spin_trylock(&lock), 0);
	CHECK(pthread_spin_unlock(&lock), 0);
	counter = 0;
	for (int i = 0; i < THREADS; i++)
		threads[i] = check_start(count, NULL);
	for (int i = 0; i < THREADS; i++)
		check_join(threads[i]);
	CHECK_VALUE(counter, THREADS * ROUNDS);
	CHECK(pthread_spin_destroy(&lock), 0);
}

int main(void)
{
	check_lock("private", PTHREAD_PROCESS_PRIVATE);
	check_lock("shared", PTHREAD_PROCESS_SHARED);
	return 0;
}
