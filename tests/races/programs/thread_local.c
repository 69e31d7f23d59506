/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 1 executions of sequential
 * A thread-local variable is no other thread's, unless its address is handed out.
 */
#include <pthread.h>
#include <semaphore.h>

static _Thread_local int progress;
static int *published;
static sem_t ready;

static void *work(void *unused)
{
	progress = 1;
	published = &progress;
	sem_post(&ready);
#ifndef FIXED
	progress = 2;
#endif
	return unused;
}

int main(void)
{
	pthread_t worker;
	int seen;

	sem_init(&ready, 0, 0);
	pthread_create(&worker, NULL, work, NULL);
	sem_wait(&ready);
	seen = *published;
	pthread_join(worker, NULL);
	return seen > 2;
}
