/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 300 executions of auto
 * The repaired twin of stop.c: the flag is set under the mutex, which the worker holds from its
 * look at the flag until it waits.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool stopping;

static void *work(void *unused)
{
	pthread_mutex_lock(&lock);
	while (!stopping)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
	return unused;
}

static void *stop(void *unused)
{
	pthread_mutex_lock(&lock);
	stopping = true;
	pthread_cond_signal(&changed);
	pthread_mutex_unlock(&lock);
	return unused;
}

int main(void)
{
	pthread_t worker, owner;

	pthread_create(&worker, NULL, work, NULL);
	pthread_create(&owner, NULL, stop, NULL);
	pthread_join(worker, NULL);
	pthread_join(owner, NULL);
	return 0;
}
