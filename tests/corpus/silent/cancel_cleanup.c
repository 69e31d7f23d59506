/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A thread cancelled while it waits on a condition variable has the mutex again when its
 * cleanup handlers run; the handler releases it.
 */
#include <assert.h>
#include "../parallel.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;
static int waiting, cleaned;

static void give_back(void *unused)
{
	(void)unused;
	waiting--;
	cleaned++;
	pthread_mutex_unlock(&lock);
}

static void *wait_for_ever(void *unused)
{
	pthread_mutex_lock(&lock);
	waiting++;
	pthread_cleanup_push(give_back, NULL);
	for (;;)
		pthread_cond_wait(&never, &lock);
	pthread_cleanup_pop(1);
	return unused;
}

int main(void)
{
	pthread_t waiter = start(wait_for_ever, NULL);
	void *result;

	pthread_mutex_lock(&lock);
	pthread_mutex_unlock(&lock);
	pthread_cancel(waiter);
	pthread_join(waiter, &result);
	assert(result == PTHREAD_CANCELED && waiting == 0 && cleaned == 1);
	return 0;
}
