/* SPDX-License-Identifier: Apache-2.0 */
/* EXPLAIN: atomicity-violation of level. A reader sees the value between two writes. */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

static atomic_int level = 50;

static void *adjust(void *unused)
{
#ifndef FIXED
	atomic_store(&level, -1);
#endif
	atomic_store(&level, 60);
	return unused;
}

static void *show(void *unused)
{
	assert(atomic_load(&level) >= 0);
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	pthread_create(&threads[0], NULL, adjust, NULL);
	pthread_create(&threads[1], NULL, show, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
