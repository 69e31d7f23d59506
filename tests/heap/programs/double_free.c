/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: double-free within 200 executions of auto
 * Two threads look whether a buffer is there, and both free it. FIXED: under a lock.
 */
#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *volatile buffer;

static char *take(void)
{
	char *taken;

#ifdef FIXED
	pthread_mutex_lock(&lock);
	taken = buffer;
	buffer = NULL;
	pthread_mutex_unlock(&lock);
#else
	taken = buffer;
	pthread_mutex_lock(&lock);
	buffer = NULL;
	pthread_mutex_unlock(&lock);
#endif
	return taken;
}

static void *clean_up(void *unused)
{
	free(take());
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	buffer = malloc(100);
	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, clean_up, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
