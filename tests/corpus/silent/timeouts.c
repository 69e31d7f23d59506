/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Waits for what never comes, each with a time limit: condition variable, semaphore and a mutex
 * that is held. All end with ETIMEDOUT and none of them is a deadlock.
 */
#include <assert.h>
#include <errno.h>
#include <semaphore.h>
#include <time.h>
#include "../parallel.h"

static pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;
static sem_t nothing;

static void *work(void *unused)
{
	struct timespec soon;

	clock_gettime(CLOCK_REALTIME, &soon);
	soon.tv_sec += 2;
	assert(pthread_mutex_timedlock(&held, &soon) == ETIMEDOUT);
	assert(sem_timedwait(&nothing, &soon) == -1 && errno == ETIMEDOUT);
	pthread_mutex_lock(&lock);
	while (pthread_cond_timedwait(&never, &lock, &soon) != ETIMEDOUT)
		;
	pthread_mutex_unlock(&lock);
	return unused;
}

int main(void)
{
	sem_init(&nothing, 0, 0);
	pthread_mutex_lock(&held);
	parallel(2, work);
	pthread_mutex_unlock(&held);
	sem_destroy(&nothing);
	return 0;
}
