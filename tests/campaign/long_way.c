/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two threads add to a sum under a lock, ROUNDS times each; none if that is 0, and for ever if
 * it is negative. In between one of them also looks at the sum twice, which the other may
 * change between: harmless, and no reason for anything.
 */
#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long sum;

static long look(void)
{
	pthread_mutex_lock(&lock);
	long seen = sum;
	pthread_mutex_unlock(&lock);
	return seen;
}

static void *add(void *arg)
{
	for (long i = 0, rounds = *(long *)arg; i != rounds; i++) {
		pthread_mutex_lock(&lock);
		sum++;
		pthread_mutex_unlock(&lock);
		if (look() > look())
			abort();
	}
	return NULL;
}

int main(int argc, char **argv)
{
	long rounds = argc > 1 ? strtol(argv[1], NULL, 10) : 0;
	pthread_t thread;

	pthread_create(&thread, NULL, add, &rounds);
	add(&rounds);
	pthread_join(thread, NULL);
	return 0;
}
