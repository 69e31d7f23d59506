/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: lock-misuse within 100 executions
 * Two threads wait on one condition variable with different mutexes.
 */
#include "../parallel.h"

static pthread_mutex_t locks[2] = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER };
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int ready;

static void *wait_for_it(void *argument)
{
	pthread_mutex_t *lock = &locks[number_of(argument)];

	pthread_mutex_lock(lock);
	while (!__atomic_load_n(&ready, __ATOMIC_SEQ_CST))
		pthread_cond_wait(&changed, lock);
	pthread_mutex_unlock(lock);
	return NULL;
}

int main(void)
{
	pthread_t first = start(wait_for_it, (void *)0), second = start(wait_for_it, (void *)1);

	pthread_mutex_lock(&locks[0]);
	pthread_mutex_lock(&locks[1]);
	__atomic_store_n(&ready, 1, __ATOMIC_SEQ_CST);
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&locks[1]);
	pthread_mutex_unlock(&locks[0]);
	finish(first);
	finish(second);
	return 0;
}
