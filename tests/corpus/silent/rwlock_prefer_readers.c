/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A reader/writer lock of the default kind prefers readers: one may take the read lock again
 * while a writer waits, and this is no deadlock.
 */
#include <assert.h>
#include "../parallel.h"

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static int left, right;

static void *read_nested(void *unused)
{
	pthread_rwlock_rdlock(&lock);
	int seen = left;

	pthread_rwlock_rdlock(&lock);
	assert(seen == -right);
	pthread_rwlock_unlock(&lock);
	pthread_rwlock_unlock(&lock);
	return unused;
}

static void *write_both(void *unused)
{
	pthread_rwlock_wrlock(&lock);
	left++;
	right--;
	pthread_rwlock_unlock(&lock);
	return unused;
}

int main(void)
{
	pthread_t writer = start(write_both, NULL);

	parallel(2, read_nested);
	finish(writer);
	return 0;
}
