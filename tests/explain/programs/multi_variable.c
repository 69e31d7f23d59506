/* SPDX-License-Identifier: Apache-2.0 */
/* EXPLAIN: multi-variable of low, high. A range is moved in two steps; a reader sees one of
 * them. */
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int low = 1;
static int high = 2;

static void *move(void *unused)
{
	pthread_mutex_lock(&lock);
	low += 10;
#ifndef FIXED
	pthread_mutex_unlock(&lock);
	pthread_mutex_lock(&lock);
#endif
	high += 10;
	pthread_mutex_unlock(&lock);
	return unused;
}

static void *check(void *unused)
{
	pthread_mutex_lock(&lock);
	int size = high - low;
	pthread_mutex_unlock(&lock);
	assert(size == 1);
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	pthread_create(&threads[0], NULL, move, NULL);
	pthread_create(&threads[1], NULL, check, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
