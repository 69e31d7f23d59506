/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Four threads on four atomic counters: an addition (acquire and release), a load (acquire) of
 * the next counter, and an increment of memory that is the thread's own, again and again.
 *
 *	atomics_heavy ROUNDS
 *
 * of each thread. Ends with status 1 when an addition was lost.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#define THREADS 4u
#define COUNTERS 4u
#define OWN 1024u

static _Atomic unsigned long counters[COUNTERS];
static unsigned long own[THREADS][OWN];
static unsigned long rounds;

static void *count(void *argument)
{
	unsigned long *mine = own[(unsigned long)argument];

	for (unsigned long i = 0; i < rounds; i++) {
		_Atomic unsigned long *next = &counters[(i + 1) % COUNTERS];

		atomic_fetch_add_explicit(&counters[i % COUNTERS], 1, memory_order_acq_rel);
		mine[i % OWN] += atomic_load_explicit(next, memory_order_acquire);
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
	for (unsigned int i = 0; i < COUNTERS; i++)
		sum += counters[i];
	return sum != rounds * THREADS;
}
