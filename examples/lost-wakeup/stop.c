/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: lost-wakeup within 100 executions of auto
 * A worker sleeps until it is told to stop. The flag is set without the mutex: when that
 * happens between the worker's look at the flag and its wait, the signal wakes nobody, and no
 * other comes.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static atomic_bool stopping;

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
	stopping = true;
	pthread_cond_signal(&changed);
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
