/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deadlock: main joins a thread while it holds the lock that the thread needs to end. Needs 1
 * placed switch.
 */
#include "program.h"

MUTEX(mutex);

static void *work(void *argument)
{
	lock(&mutex);
	unlock(&mutex);
	return argument;
}

static void *reap(void *argument)
{
	pthread_t worker = start(work, 1);

	sched_yield();
#ifndef FIXED
	if (pthread_mutex_trylock(&mutex) == 0) {
		join(worker);
		unlock(&mutex);
		return argument;
	}
#endif
	join(worker);
	return argument;
}

int main(void)
{
	run_threads(1, reap);
	return 0;
}
