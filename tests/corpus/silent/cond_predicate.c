/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * The condition variable's idiom: what is waited for is a predicate under the mutex, looked at
 * in a loop. Whether the signal comes before or after the wait makes no difference.
 */
#include <assert.h>
#include <stdbool.h>
#include "../parallel.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool ready;
static int value;

static void *wait_for_it(void *unused)
{
	pthread_mutex_lock(&lock);
	while (!ready)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
	assert(value == 7); /* written before `ready`, and by nobody since */
	return unused;
}

int main(void)
{
	pthread_t waiter = start(wait_for_it, NULL);

	value = 7;
	pthread_mutex_lock(&lock);
	ready = true;
	pthread_mutex_unlock(&lock);
	pthread_cond_signal(&changed); /* without the lock, which is allowed */
	finish(waiter);
	return 0;
}
