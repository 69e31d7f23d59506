/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Condition variable: the consumer signals the condition it waits for itself, not the one that
 * the producer waits for. Fails when the producer has to wait for room.
 */
#include "program.h"

#define ROUNDS 3

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
	for (int i = 0; i < ROUNDS; i++) {
		lock(&mutex);
		while (items == 2)
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
