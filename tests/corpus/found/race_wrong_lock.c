/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 10 executions
 * Each thread takes a lock, but not the same one.
 */
#include "../parallel.h"

static pthread_mutex_t locks[2] = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER };
static int counter;

static void *work(void *argument)
{
	pthread_mutex_lock(&locks[number_of(argument)]);
	counter++;
	pthread_mutex_unlock(&locks[number_of(argument)]);
	return NULL;
}

int main(void)
{
	parallel(2, work);
	return 0;
}
