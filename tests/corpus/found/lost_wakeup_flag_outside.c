/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: lost-wakeup within 50 executions
 * The signal is sent without the lock and without anything to look at: it may come before the
 * wait. Twin: silent/cond_predicate.c
 */
#include "../parallel.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static void *wake(void *unused)
{
	pthread_cond_signal(&changed);
	return unused;
}

int main(void)
{
	pthread_t waker = start(wake, NULL);

	pthread_mutex_lock(&lock);
	pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
	finish(waker);
	return 0;
}
