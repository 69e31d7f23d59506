/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: deadlock: both threads wait for the other to post first. */
#include "hang.h"

#include <semaphore.h>

static sem_t items, slots;

static void *produce(void *unused)
{
	sem_wait(&slots);
	sem_post(&items);
	return unused;
}

int main(void)
{
	pthread_t producer;

	sem_init(&items, 0, 0);
	sem_init(&slots, 0, 0);
	pthread_create(&producer, NULL, produce, NULL);
	announce();
	sem_wait(&items);
	sem_post(&slots);
	return 0;
}
