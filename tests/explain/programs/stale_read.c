/* SPDX-License-Identifier: Apache-2.0 */
/* EXPLAIN: stale-read of version. A result is stored under the version before. */
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int version = 1;
static int stored;

static void *store(void *unused)
{
	pthread_mutex_lock(&lock);
	int seen = version;
#ifndef FIXED
	pthread_mutex_unlock(&lock);
	pthread_mutex_lock(&lock);
#endif
	if (stored < 2)
		stored = seen;
	pthread_mutex_unlock(&lock);
	return unused;
}

static void *raise_version(void *unused)
{
	pthread_mutex_lock(&lock);
	version = 2;
	if (stored == 1)
		stored = 2;
	pthread_mutex_unlock(&lock);
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	pthread_create(&threads[0], NULL, store, NULL);
	pthread_create(&threads[1], NULL, raise_version, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	assert(stored == version);
	return 0;
}
