/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Condition variable: the predicate is changed and the signal given without the lock, between
 * the waiter's check and its wait. Needs 1 placed switch.
 */
#include "program.h"

MUTEX(mutex);
COND(cond);
static atomic_bool finished;

static void *wait_for_end(void *argument)
{
	lock(&mutex);
	while (!atomic_load(&finished))
		pthread_cond_wait(&cond, &mutex);
	unlock(&mutex);
	return argument;
}

int main(void)
{
	pthread_t waiter = start(wait_for_end, 0);

#ifdef FIXED
	lock(&mutex);
#endif
	atomic_store(&finished, true);
#ifdef FIXED
	unlock(&mutex);
#endif
	pthread_cond_signal(&cond);
	join(waiter);
	return 0;
}
