/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 1 executions of sequential
 * Members of one struct, in one cache line, are memory locations of their own.
 */
#include <pthread.h>

static struct {
	char first;
	char second;
	short third;
} shared;

static void *write_first(void *unused)
{
	shared.first = 1;
	shared.third = 3;
	return unused;
}

static void *write_second(void *unused)
{
#ifdef FIXED
	shared.second = 2;
#else
	shared.third = 2;
#endif
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	pthread_create(&threads[0], NULL, write_first, NULL);
	pthread_create(&threads[1], NULL, write_second, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
