/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: deadlock within 200 executions
 * A lock that prefers writers is taken for reading twice by one thread: a writer that comes in
 * between waits for the first, and the second waits for the writer. Twin:
 * silent/rwlock_prefer_readers.c
 */
#include "../parallel.h"

static pthread_rwlock_t lock = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;

static void *work(void *argument)
{
	if (number_of(argument)) {
		pthread_rwlock_wrlock(&lock);
	} else {
		pthread_rwlock_rdlock(&lock);
		pthread_rwlock_rdlock(&lock);
		pthread_rwlock_unlock(&lock);
	}
	pthread_rwlock_unlock(&lock);
	return NULL;
}

int main(void)
{
	parallel(2, work);
	return 0;
}
