/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A semaphore that starts at one is a lock: what is done between wait and post is in order.
 */
#include <assert.h>
#include <semaphore.h>
#include "../parallel.h"

static sem_t lock;
static int counter;

static void *work(void *argument)
{
	for (int i = 0; i < 2; i++) {
		if (number_of(argument) || sem_trywait(&lock))
			sem_wait(&lock);
		counter++;
		sem_post(&lock);
	}
	return NULL;
}

int main(void)
{
	sem_init(&lock, 0, 1);
	parallel(3, work);
	assert(counter == 6);
	sem_destroy(&lock);
	return 0;
}
