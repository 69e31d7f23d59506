/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bounded buffer: the producer waits for room while it holds the lock that the consumer needs
 * to make some. Fails when the buffer is full.
 */
#include "program.h"

#define CAPACITY 2
#define ROUNDS 4

MUTEX(mutex);
static sem_t room, filled;
static int count;

static void *produce(void *argument)
{
	for (int i = 0; i < ROUNDS; i++) {
#ifdef FIXED
		sem_wait(&room);
		lock(&mutex);
#else
		lock(&mutex);
		sem_wait(&room);
#endif
		count++;
		unlock(&mutex);
		sem_post(&filled);
	}
	return argument;
}

static void *consume(void *argument)
{
	for (int i = 0; i < ROUNDS; i++) {
		sem_wait(&filled);
		lock(&mutex);
		count--;
		unlock(&mutex);
		sem_post(&room);
	}
	return argument;
}

int main(void)
{
	sem_init(&room, 0, CAPACITY);
	sem_init(&filled, 0, 0);
	run_two(consume, produce);
	assert(count == 0);
	return 0;
}
