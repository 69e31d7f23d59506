/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Four threads and four mutexes, each with its own counters: a lock, two increments, an unlock,
 * again and again.
 *
 *	lock_heavy ROUNDS
 *
 * of each thread. Ends with status 1 when an increment was lost.
 */
#include <pthread.h>
#include <stdlib.h>

#define THREADS 4u
#define LOCKS 4u
#define COUNTERS 16u

static pthread_mutex_t locks[LOCKS] = {
	PTHREAD_MUTEX_INITIALIZER,
	PTHREAD_MUTEX_INITIALIZER,
	PTHREAD_MUTEX_INITIALIZER,
	PTHREAD_MUTEX_INITIALIZER,
};
static unsigned long counters[LOCKS][COUNTERS];
static unsigned long rounds;

static void *count(void *argument)
{
	unsigned long number = (unsigned long)argument;

	for (unsigned long i = 0; i < rounds; i++) {
		unsigned long lock = (i * 7 + number) % LOCKS;

		pthread_mutex_lock(&locks[lock]);
		counters[lock][i % COUNTERS]++;
		counters[lock][(i + 1) % COUNTERS]++;
		pthread_mutex_unlock(&locks[lock]);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[THREADS];
	unsigned long sum = 0;

	rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 300000;
	for (unsigned long i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, count, (void *)i))
			return 2;
	for (unsigned int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	for (unsigned int i = 0; i < LOCKS * COUNTERS; i++)
		sum += counters[i / COUNTERS][i % COUNTERS];
	return sum != 2 * rounds * THREADS;
}
