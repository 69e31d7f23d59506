/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads that race on one variable: each round of the loop is one read and one write of it.
 *The variable is volatile, so that no compiler folds the loop.
 *
 *	racy_loop THREADS ACCESSES
 *
 * does ACCESSES reads and writes in all. The sum is written, but what it is depends on the
 *schedule.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define THREADS_MAX 256

static volatile int counter;
static long rounds;

static void *race(void *argument)
{
	for (long i = 0; i < rounds; i++)
		counter = counter + 1;
	return argument;
}

int main(int argc, char **argv)
{
	pthread_t threads[THREADS_MAX];
	long thread_count = argc > 1 ? atol(argv[1]) : 2;
	long accesses = argc > 2 ? atol(argv[2]) : 4000000;

	if (thread_count < 1 || thread_count > THREADS_MAX)
		return 2;
	rounds = accesses / 2 / thread_count;
	for (long i = 0; i < thread_count; i++)
		if (pthread_create(&threads[i], NULL, race, NULL))
			return 2;
	for (long i = 0; i < thread_count; i++)
		pthread_join(threads[i], NULL);
	printf("%d\n", counter);
	return 0;
}
