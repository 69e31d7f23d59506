/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A robust mutex whose owner ends without releasing it: the next one gets EOWNERDEAD, repairs
 * what the mutex guards, and marks it consistent. What the dead thread wrote happens before
 * that.
 */
#include <assert.h>
#include <errno.h>
#include "../parallel.h"

static pthread_mutex_t lock;
static int half_done, repaired;

static void *die_with_it(void *unused)
{
	int r = pthread_mutex_lock(&lock);

	if (r == EOWNERDEAD)
		pthread_mutex_consistent(&lock);
	half_done = 1;
	return unused;
}

static void *repair(void *unused)
{
	int r = pthread_mutex_lock(&lock);

	if (r == EOWNERDEAD) {
		assert(half_done == 1);
		pthread_mutex_consistent(&lock);
		repaired = 1;
	} else {
		assert(r == 0 && half_done == 0);
	}
	pthread_mutex_unlock(&lock);
	return unused;
}

int main(void)
{
	pthread_mutexattr_t robust;

	pthread_mutexattr_init(&robust);
	pthread_mutexattr_setrobust(&robust, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(&lock, &robust);
	pthread_mutexattr_destroy(&robust);
	pthread_t first = start(die_with_it, NULL);
	pthread_t second = start(repair, NULL);

	finish(first);
	finish(second);
	int r = pthread_mutex_lock(&lock);
	assert(repaired ? r == 0 : r == EOWNERDEAD);
	if (r == EOWNERDEAD)
		pthread_mutex_consistent(&lock);
	pthread_mutex_unlock(&lock);
	pthread_mutex_destroy(&lock);
	return 0;
}
