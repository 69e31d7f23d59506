/* SPDX-License-Identifier: Apache-2.0 */
/* EXPLAIN: atomicity-violation of status. A thread reads back what another wrote. */
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long status;

static void *work(void *argument)
{
	long own = (long)argument;

	pthread_mutex_lock(&lock);
	status = own;
#ifndef FIXED
	pthread_mutex_unlock(&lock);
	pthread_mutex_lock(&lock);
#endif
	long seen = status;
	pthread_mutex_unlock(&lock);
	assert(seen == own);
	return NULL;
}

int main(void)
{
	pthread_t threads[2];

	for (long i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, work, (void *)(i + 1));
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
