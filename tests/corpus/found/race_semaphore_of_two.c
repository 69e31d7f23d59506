/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 20 executions
 * A semaphore that is used as a lock, but starts at two. Twin: silent/semaphore_lock.c
 */
#include <semaphore.h>
#include "../parallel.h"

static sem_t lock;
static int counter;

static void *work(void *unused)
{
	sem_wait(&lock);
	counter++;
	sem_post(&lock);
	return unused;
}

int main(void)
{
	sem_init(&lock, 0, 2);
	parallel(2, work);
	sem_destroy(&lock);
	return 0;
}
