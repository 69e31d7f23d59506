/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: deadlock within 100 executions
 * Two semaphores of one, taken in both orders. Twin: silent/two_semaphores.c
 */
#include <semaphore.h>
#include "../parallel.h"

static sem_t semaphores[2];

static void *work(void *argument)
{
	int first = number_of(argument);

	sem_wait(&semaphores[first]);
	sem_wait(&semaphores[1 - first]);
	sem_post(&semaphores[1 - first]);
	sem_post(&semaphores[first]);
	return NULL;
}

int main(void)
{
	sem_init(&semaphores[0], 0, 1);
	sem_init(&semaphores[1], 0, 1);
	parallel(2, work);
	return 0;
}
