/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Condition variable: producers and consumers of a buffer of one wait for the same condition,
 * and a signal wakes one of the wrong kind, which goes to sleep again. All wait in the end.
 */
#include "program.h"

#define ROUNDS 2

MUTEX(mutex);
COND(changed);
static int items;

static void wake(void)
{
#ifdef FIXED
	pthread_cond_broadcast(&changed);
#else
	pthread_cond_signal(&changed);
#endif
}

static void *produce(void *argument)
{
	for (int i = 0; i < ROUNDS; i++) {
		lock(&mutex);
		while (items == 1)
			pthread_cond_wait(&changed, &mutex);
		items = 1;
		wake();
		unlock(&mutex);
	}
	return argument;
}

static void *consume(void *argument)
{
	for (int i = 0; i < ROUNDS; i++) {
		lock(&mutex);
		while (items == 0)
			pthread_cond_wait(&changed, &mutex);
		items = 0;
		wake();
		unlock(&mutex);
	}
	return argument;
}

int main(void)
{
	pthread_t threads[4];

	for (int i = 0; i < 4; i++)
		threads[i] = start(i % 2 ? consume : produce, i);
	for (int i = 0; i < 4; i++)
		join(threads[i]);
	return 0;
}
