/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Readers and writers with two semaphores (Courtois et al., 1971): the first reader takes the
 * room from the writers, the last gives it back, whoever that is. A semaphore has no owner.
 */
#include <assert.h>
#include <semaphore.h>
#include "../parallel.h"

static sem_t room, count_lock;
static int readers, text;

static void *read_text(void *unused)
{
	sem_wait(&count_lock);
	if (++readers == 1)
		sem_wait(&room);
	sem_post(&count_lock);
	int seen = text;

	assert(seen == text);
	sem_wait(&count_lock);
	if (--readers == 0)
		sem_post(&room);
	sem_post(&count_lock);
	return unused;
}

static void *write_text(void *unused)
{
	sem_wait(&room);
	text++;
	sem_post(&room);
	return unused;
}

int main(void)
{
	sem_init(&room, 0, 1);
	sem_init(&count_lock, 0, 1);
	pthread_t writer = start(write_text, NULL);

	parallel(3, read_text);
	finish(writer);
	sem_destroy(&room);
	sem_destroy(&count_lock);
	return 0;
}
