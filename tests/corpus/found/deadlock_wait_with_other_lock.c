/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: deadlock within 50 executions
 * A wait releases its own mutex, but not the other one held, which the waker needs.
 */
#include "../parallel.h"

static pthread_mutex_t outer = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t inner = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int ready;

static void *wait_for_it(void *unused)
{
	pthread_mutex_lock(&outer);
	pthread_mutex_lock(&inner);
	while (!ready)
		pthread_cond_wait(&changed, &inner);
	pthread_mutex_unlock(&inner);
	pthread_mutex_unlock(&outer);
	return unused;
}

static void *make_ready(void *unused)
{
	pthread_mutex_lock(&outer);
	pthread_mutex_lock(&inner);
	ready = 1;
	pthread_cond_signal(&changed);
	pthread_mutex_unlock(&inner);
	pthread_mutex_unlock(&outer);
	return unused;
}

int main(void)
{
	pthread_t waiter = start(wait_for_it, NULL);
	pthread_t waker = start(make_ready, NULL);

	finish(waiter);
	finish(waker);
	return 0;
}
