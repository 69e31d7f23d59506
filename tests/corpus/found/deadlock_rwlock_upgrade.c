/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: deadlock within 100 executions
 * Two readers want to become writers while they hold the lock for reading.
 * Twin: silent/shared_mutex.cc
 */
#include "../parallel.h"

static pthread_rwlock_t first = PTHREAD_RWLOCK_INITIALIZER;
static pthread_rwlock_t second = PTHREAD_RWLOCK_INITIALIZER;

static void *work(void *argument)
{
	pthread_rwlock_t *read = number_of(argument) ? &first : &second;
	pthread_rwlock_t *write = number_of(argument) ? &second : &first;

	pthread_rwlock_rdlock(read);
	pthread_rwlock_wrlock(write);
	pthread_rwlock_unlock(write);
	pthread_rwlock_unlock(read);
	return NULL;
}

int main(void)
{
	parallel(2, work);
	return 0;
}
