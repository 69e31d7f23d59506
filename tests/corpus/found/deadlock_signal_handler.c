/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: deadlock within 100 executions
 * A signal handler takes a lock that the thread that it interrupts may hold.
 * Twin: silent/sigwait_thread.c
 */
#include <signal.h>
#include "../parallel.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int counter;

static void count(int number)
{
	pthread_mutex_lock(&lock);
	counter += number;
	pthread_mutex_unlock(&lock);
}

static void *work(void *unused)
{
	for (int i = 0; i < 3; i++)
		count(0);
	return unused;
}

int main(void)
{
	signal(SIGUSR1, count);
	pthread_t worker = start(work, NULL);

	pthread_kill(worker, SIGUSR1);
	finish(worker);
	return 0;
}
