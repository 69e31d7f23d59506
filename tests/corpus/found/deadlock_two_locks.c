/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: deadlock within 50 executions
 * Two locks in both orders. Twin: silent/scoped_lock.cc
 */
#include "../parallel.h"

static pthread_mutex_t locks[2] = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER };

static void *work(void *argument)
{
	int first = number_of(argument);

	pthread_mutex_lock(&locks[first]);
	pthread_mutex_lock(&locks[1 - first]);
	pthread_mutex_unlock(&locks[1 - first]);
	pthread_mutex_unlock(&locks[first]);
	return NULL;
}

int main(void)
{
	parallel(2, work);
	return 0;
}
