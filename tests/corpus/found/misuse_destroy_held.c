/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: lock-misuse within 50 executions
 * A lock is destroyed while a thread that was not waited for may hold it.
 */
#include "../parallel.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int counter;

static void *work(void *unused)
{
	pthread_mutex_lock(&lock);
	counter++;
	pthread_mutex_unlock(&lock);
	return unused;
}

int main(void)
{
	pthread_t worker = start(work, NULL);

	pthread_mutex_destroy(&lock);
	finish(worker);
	return 0;
}
