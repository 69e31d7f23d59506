/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: deadlock within 50 executions
 * Three threads join each other in a circle, which glibc does not see as it does one of two;
 * main waits for all by a semaphore.
 */
#include <semaphore.h>
#include "../parallel.h"

#define COUNT 3

static pthread_t threads[COUNT];
static sem_t started, ended;

static void *work(void *argument)
{
	sem_wait(&started);
	pthread_join(threads[(number_of(argument) + 1) % COUNT], NULL);
	sem_post(&ended);
	return NULL;
}

int main(void)
{
	sem_init(&started, 0, 0);
	sem_init(&ended, 0, 0);
	for (int i = 0; i < COUNT; i++)
		threads[i] = start(work, (void *)(intptr_t)i);
	for (int i = 0; i < COUNT; i++)
		sem_post(&started);
	for (int i = 0; i < COUNT; i++)
		sem_wait(&ended);
	return 0;
}
