/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bounded buffer: the producer waits for room while it holds the lock that the consumer needs
 * to make some. Fails when the consumer is interrupted after it has asked for the next item,
 * and before it has taken this one.
 */
#include "program.h"

#define CAPACITY 1
#define ROUNDS 4

MUTEX(mutex);
static sem_t room, filled, wanted;
static int count;

static void *produce(void *argument)
{
	for (int i = 0; i < ROUNDS; i++) {
		sem_wait(&wanted);
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
		sem_post(&wanted);
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
	sem_init(&wanted, 0, 1);
	run_two(consume, produce);
	assert(count == 0);
	return 0;
}
