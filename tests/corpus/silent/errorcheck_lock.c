/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * An error-checking mutex lets a program ask whether it holds the lock: locking twice gives
 * EDEADLK and harms nothing.
 */
#include <assert.h>
#include <errno.h>
#include "../parallel.h"

static pthread_mutex_t lock = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
static int counter;

/* Callable with and without the lock. */
static void count(void)
{
	int r = pthread_mutex_lock(&lock);

	counter++;
	if (r != EDEADLK)
		pthread_mutex_unlock(&lock);
}

static void *work(void *unused)
{
	count();
	pthread_mutex_lock(&lock);
	count();
	pthread_mutex_unlock(&lock);
	return unused;
}

int main(void)
{
	parallel(3, work);
	assert(counter == 6);
	return 0;
}
