/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: deadlock within 50 executions
 * main joins a thread while it holds the lock that the thread needs to end.
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

	pthread_mutex_lock(&lock);
	if (!counter)
		finish(worker);
	pthread_mutex_unlock(&lock);
	return 0;
}
