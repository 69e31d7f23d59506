/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: double-free within 200 executions of auto
 * Two threads may both take the block to be theirs to free.
 */
#include <pthread.h>
#include <stdlib.h>

static char *block;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static char *take(void)
{
	char *mine;

	pthread_mutex_lock(&lock);
	mine = block;
#ifdef FIXED
	block = NULL;
#endif
	pthread_mutex_unlock(&lock);
	return mine;
}

static void *dispose(void *unused)
{
	char *mine = take();

	if (!mine)
		return unused;
	free(mine);
	pthread_mutex_lock(&lock);
	block = NULL;
	pthread_mutex_unlock(&lock);
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	/* Too large for the per-thread cache, in which glibc does not look for other threads'
	 * blocks. */
	block = malloc(5000);
	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, dispose, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
