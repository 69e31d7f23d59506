/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Condition variable: the consumer signals the condition it waits for itself, not the one that
 * the producer waits for. Fails when the producer has to wait for room, which it seldom does,
 * for what it makes takes a millisecond.
 */
#include "program.h"

#define ROUNDS 2

MUTEX(mutex);
COND(filled);
COND(emptied);
static int items;

static void *consume(void *argument)
{
	for (int i = 0; i < ROUNDS; i++) {
		lock(&mutex);
		while (items == 0)
			pthread_cond_wait(&filled, &mutex);
		items--;
#ifdef FIXED
		pthread_cond_signal(&emptied);
#else
		pthread_cond_signal(&filled);
#endif
		unlock(&mutex);
	}
	return argument;
}

static void *produce(void *argument)
{
	const struct timespec duration = { .tv_nsec = 1000000 };

	for (int i = 0; i < ROUNDS; i++) {
		nanosleep(&duration, NULL);
		lock(&mutex);
		while (items == 1)
			pthread_cond_wait(&emptied, &mutex);
		items++;
		pthread_cond_signal(&filled);
		unlock(&mutex);
	}
	return argument;
}

int main(void)
{
	run_two(consume, produce);
	return 0;
}
