/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 1 executions of sequential
 * A block is filled by one thread and read by another that nobody told that it is ready.
 */
#include <pthread.h>
#include <stdlib.h>

static void *fill(void *block)
{
	*(long *)block = 1;
	return NULL;
}

int main(void)
{
	long *block = calloc(1, sizeof(*block));
	pthread_t filler;
	long seen;

	pthread_create(&filler, NULL, fill, block);
#ifdef FIXED
	pthread_join(filler, NULL);
	seen = *block;
#else
	seen = *block;
	pthread_join(filler, NULL);
#endif
	free(block);
	return seen > 1;
}
