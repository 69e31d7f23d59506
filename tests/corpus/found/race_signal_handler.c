/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 50 executions
 * A handler that runs in one thread changes a plain variable that another reads.
 * Twin: silent/signal_atomic.c
 */
#include <signal.h>
#include "../parallel.h"

static volatile int last_signal;

static void handle(int number)
{
	last_signal = number;
}

static void *work(void *unused)
{
	raise(SIGUSR1);
	return unused;
}

int main(void)
{
	signal(SIGUSR1, handle);
	pthread_t worker = start(work, NULL);
	int seen = last_signal;

	finish(worker);
	return seen > 100;
}
