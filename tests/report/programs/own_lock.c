/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: deadlock within 200 executions of auto
 * A function that takes the lock is called with the lock held, but only once there is something
 * to notify of.
 */
#include <pthread.h>
#include <stdbool.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool changed;
static int notifications;

static void notify(void)
{
#ifndef FIXED
	pthread_mutex_lock(&lock);
#endif
	notifications++;
#ifndef FIXED
	pthread_mutex_unlock(&lock);
#endif
}

static void *flush(void *unused)
{
	pthread_mutex_lock(&lock);
	if (changed)
		notify();
	pthread_mutex_unlock(&lock);
	return unused;
}

static void *change(void *unused)
{
	pthread_mutex_lock(&lock);
	changed = true;
	pthread_mutex_unlock(&lock);
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	pthread_create(&threads[0], NULL, flush, NULL);
	pthread_create(&threads[1], NULL, change, NULL);
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	return 0;
}
