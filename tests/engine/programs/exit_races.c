/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exit() by a thread that isn't main, while others run, hold what the handlers need, or wait:
 * the handlers run in the caller, wait for what they need, and the rest ends with the process.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t for_ever = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t ready;
static pthread_t leaver;

static void handler(void)
{
	printf("in the caller: %s\n", pthread_equal(pthread_self(), leaver) ? "yes" : "no");
	pthread_mutex_lock(&held);
	puts("the handler has the lock");
	pthread_mutex_unlock(&held);
}

static void *holder(void *unused)
{
	(void)unused;
	pthread_mutex_lock(&held);
	pthread_barrier_wait(&ready);
	for (int i = 0; i < 20; i++)
		sched_yield();
	pthread_mutex_unlock(&held);
	for (;;)
		usleep(1000);
	return NULL;
}

static void *waiter(void *unused)
{
	(void)unused;
	pthread_barrier_wait(&ready);
	pthread_mutex_lock(&for_ever);
	puts("never");
	return NULL;
}

static void *leave(void *unused)
{
	(void)unused;
	leaver = pthread_self();
	pthread_barrier_wait(&ready);
	exit(7);
}

int main(void)
{
	pthread_t threads[3];

	atexit(handler);
	pthread_mutex_lock(&for_ever);
	pthread_barrier_init(&ready, NULL, 4);
	pthread_create(&threads[0], NULL, holder, NULL);
	pthread_create(&threads[1], NULL, waiter, NULL);
	pthread_create(&threads[2], NULL, leave, NULL);
	pthread_barrier_wait(&ready);
	pthread_join(threads[1], NULL);
	puts("never");
	return 1;
}
