/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Condition variable: the waiter waits with one mutex, and the predicate is guarded by another.
 * The signal comes between its check and its wait. Needs 1 placed switch.
 */
#include "program.h"

MUTEX(state_lock);
MUTEX(wait_lock);
COND(cond);
static bool stopped;

static bool is_stopped(void)
{
	bool result;

	lock(&state_lock);
	result = stopped;
	unlock(&state_lock);
	return result;
}

static void *wait_for_stop(void *argument)
{
	lock(&wait_lock);
	while (!is_stopped())
		pthread_cond_wait(&cond, &wait_lock);
	unlock(&wait_lock);
	return argument;
}

int main(void)
{
	pthread_t waiter = start(wait_for_stop, 0);

#ifdef FIXED
	lock(&wait_lock);
#endif
	lock(&state_lock);
	stopped = true;
	unlock(&state_lock);
	pthread_cond_signal(&cond);
#ifdef FIXED
	unlock(&wait_lock);
#endif
	join(waiter);
	return 0;
}
