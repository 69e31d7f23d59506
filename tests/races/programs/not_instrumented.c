/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 1 executions of sequential
 * What no_sanitize("thread") covers is not looked at; what it calls is.
 */
#include <pthread.h>

static int hits, misses;

__attribute__((no_sanitize("thread"), noinline)) static void count_hit(void)
{
	hits++;
}

__attribute__((noinline)) static void count_miss(void)
{
	misses++;
}

static void *count(void *unused)
{
	count_hit();
#ifndef FIXED
	count_miss();
#endif
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, count, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	if (misses > 2)
		count_miss();
	return 0;
}
