/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 1 executions of sequential
 * Two threads count in one variable without a lock.
 */
#include <pthread.h>

static int visitors;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *visit(void *unused)
{
#ifdef FIXED
	pthread_mutex_lock(&lock);
#endif
	visitors++;
#ifdef FIXED
	pthread_mutex_unlock(&lock);
#endif
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, visit, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return pthread_mutex_destroy(&lock);
}
