/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 10 executions
 * A thread is told by a plain variable that a result is there.
 */
#include <sched.h>
#include "../parallel.h"

static volatile int ready;
static int result;

static void *work(void *unused)
{
	result = 5;
	ready = 1;
	return unused;
}

int main(void)
{
	pthread_t worker = start(work, NULL);

	while (!ready)
		sched_yield();
	int seen = result;
	finish(worker);
	return seen == 5 ? 0 : 1;
}
