/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Detached threads report their end by a semaphore; main waits for all of them before it looks
 * at what they did and before it returns.
 */
#include <assert.h>
#include <semaphore.h>
#include "../parallel.h"

#define THREADS 3

static sem_t ended;
static int results[THREADS];

static void *work(void *argument)
{
	results[number_of(argument)] = 1 + number_of(argument);
	sem_post(&ended);
	return NULL;
}

int main(void)
{
	sem_init(&ended, 0, 0);
	for (int i = 0; i < THREADS; i++)
		pthread_detach(start(work, (void *)(intptr_t)i));
	for (int i = 0; i < THREADS; i++)
		sem_wait(&ended);
	for (int i = 0; i < THREADS; i++)
		assert(results[i] == i + 1);
	return 0;
}
