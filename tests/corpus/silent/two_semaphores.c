/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Producer and consumer with two counting semaphores: free slots and full slots. A post happens
 * before the wait that it lets through, so the plain slots change hands in order.
 */
#include <assert.h>
#include <semaphore.h>
#include "../parallel.h"

#define SLOTS 2
#define ITEMS 6

static sem_t free_slots, full_slots;
static int slots[SLOTS];

static void *produce(void *unused)
{
	for (int i = 0; i < ITEMS; i++) {
		sem_wait(&free_slots);
		slots[i % SLOTS] = i;
		sem_post(&full_slots);
	}
	return unused;
}

static void *consume(void *unused)
{
	for (int i = 0; i < ITEMS; i++) {
		sem_wait(&full_slots);
		assert(slots[i % SLOTS] == i);
		sem_post(&free_slots);
	}
	return unused;
}

int main(void)
{
	sem_init(&free_slots, 0, SLOTS);
	sem_init(&full_slots, 0, 0);
	pthread_t producer = start(produce, NULL);
	pthread_t consumer = start(consume, NULL);

	finish(producer);
	finish(consumer);
	return 0;
}
