/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: assertion within 50 executions
 * "Am I the last one?" is asked after the lock was released: more than one may think so, or
 * none.
 */
#include <assert.h>
#include "../parallel.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int running = 2, cleanups;

static int running_get(void)
{
	pthread_mutex_lock(&lock);
	int count = running;
	pthread_mutex_unlock(&lock);
	return count;
}

static void *work(void *unused)
{
	pthread_mutex_lock(&lock);
	running--;
	pthread_mutex_unlock(&lock);
	if (running_get() == 0) {
		pthread_mutex_lock(&lock);
		cleanups++;
		pthread_mutex_unlock(&lock);
	}
	return unused;
}

int main(void)
{
	parallel(2, work);
	assert(cleanups == 1);
	return 0;
}
