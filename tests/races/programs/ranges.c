/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 1 executions of sequential
 * memcpy() reads and memset() writes as many bytes as they say; half of the buffer is each
 * one's in the twin.
 */
#include <pthread.h>
#include <string.h>

static char buffer[256];

#ifdef FIXED
#define CLEARED 128
#else
#define CLEARED 129
#endif

static void *clear(void *size)
{
	memset(buffer, 0, *(size_t *)size);
	return NULL;
}

static void *save(void *copy)
{
	memcpy(copy, buffer + 128, 128);
	return NULL;
}

int main(void)
{
	pthread_t clearer, saver;
	size_t size = CLEARED;
	char copy[128];

	pthread_create(&clearer, NULL, clear, &size);
	pthread_create(&saver, NULL, save, copy);
	pthread_join(clearer, NULL);
	pthread_join(saver, NULL);
	return copy[0];
}
