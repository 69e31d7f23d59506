/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A malloc of a program's own, as jemalloc and tcmalloc are made: called by the loader before
 * any constructor, it takes a mutex and makes thread-specific data, and can't be entered again
 * meanwhile.
 */
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define HEAP_SIZE (64u << 20)
#define ALIGNMENT 16u

static char heap[HEAP_SIZE] __attribute__((aligned(ALIGNMENT)));
static size_t used;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_key_t key;
static int has_key;
static int busy;

/* The size stands in front of the block. */
void *malloc(size_t size)
{
	size_t *block;

	pthread_mutex_lock(&lock);
	if (__atomic_exchange_n(&busy, 1, __ATOMIC_RELAXED))
		abort();
	if (!has_key)
		has_key = pthread_key_create(&key, NULL) == 0;
	size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (used + ALIGNMENT + size > HEAP_SIZE)
		abort();
	block = (size_t *)(heap + used + ALIGNMENT);
	block[-1] = size;
	used += ALIGNMENT + size;
	__atomic_store_n(&busy, 0, __ATOMIC_RELAXED);
	pthread_mutex_unlock(&lock);
	return block;
}

void free(void *block)
{
	(void)block;
}

void *calloc(size_t count, size_t size)
{
	return malloc(count * size);
}

void *realloc(void *block, size_t size)
{
	void *more = malloc(size);

	if (block)
		memcpy(more, block,
			((size_t *)block)[-1] < size ? ((size_t *)block)[-1] : size);
	return more;
}
