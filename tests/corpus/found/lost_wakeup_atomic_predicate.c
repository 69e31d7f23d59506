/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: lost-wakeup within 100 executions
 * The predicate is atomic and set without the lock: it changes between the look and the wait.
 */
#include <stdatomic.h>
#include "../parallel.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static atomic_int ready;

static void *make_ready(void *unused)
{
	atomic_store(&ready, 1);
	pthread_cond_signal(&changed);
	return unused;
}

int main(void)
{
	pthread_t worker = start(make_ready, NULL);

	pthread_mutex_lock(&lock);
	while (!atomic_load(&ready))
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
	finish(worker);
	return 0;
}
