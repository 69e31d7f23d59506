/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: deadlock within 50 executions
 * Two threads join each other, and a third waits for both by a semaphore.
 */
#include <semaphore.h>
#include "../parallel.h"

static pthread_t threads[2];
static sem_t started, ended;

static void *work(void *argument)
{
	sem_wait(&started);
	pthread_join(threads[1 - number_of(argument)], NULL);
	sem_post(&ended);
	return NULL;
}

int main(void)
{
	sem_init(&started, 0, 0);
	sem_init(&ended, 0, 0);
	for (int i = 0; i < 2; i++)
		threads[i] = start(work, (void *)(intptr_t)i);
	for (int i = 0; i < 2; i++)
		sem_post(&started);
	for (int i = 0; i < 2; i++)
		sem_wait(&ended);
	return 0;
}
