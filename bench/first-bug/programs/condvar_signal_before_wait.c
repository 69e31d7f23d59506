/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Condition variable: the waiter waits without a predicate, so a signal that comes before it is
 * lost and it waits for ever. Needs 1 placed switch; with -DFIXED there is a predicate.
 */
#include "program.h"

MUTEX(mutex);
COND(cond);
static bool ready;

static void *wait_for_it(void *argument)
{
	lock(&mutex);
#ifdef FIXED
	while (!ready)
#endif
		pthread_cond_wait(&cond, &mutex);
	unlock(&mutex);
	return argument;
}

static void *announce(void *argument)
{
	lock(&mutex);
	ready = true;
	pthread_cond_signal(&cond);
	unlock(&mutex);
	return argument;
}

int main(void)
{
	run_two(wait_for_it, announce);
	return 0;
}
