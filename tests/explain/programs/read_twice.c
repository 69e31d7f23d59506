/* SPDX-License-Identifier: Apache-2.0 */
/* EXPLAIN: atomicity-violation of limit. A thread reads the limit twice and gets two values. */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

static atomic_int limit = 5;

static void *serve(void *unused)
{
	int low = atomic_load(&limit);
#ifdef FIXED
	int high = low;
#else
	int high = atomic_load(&limit);
#endif

	assert(low == high);
	return unused;
}

static void *configure(void *unused)
{
	atomic_store(&limit, 9);
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	pthread_create(&threads[0], NULL, serve, NULL);
	pthread_create(&threads[1], NULL, configure, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
