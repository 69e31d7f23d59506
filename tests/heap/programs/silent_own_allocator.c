/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 200 executions of auto
 * A program that has an allocator of its own, with blocks in static memory.
 */
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static char memory[8 << 20] __attribute__((aligned(16)));
static size_t used;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void *malloc(size_t size)
{
	void *block;

	pthread_mutex_lock(&lock);
	block = memory + used;
	used += (size + 15) & ~(size_t)15;
	pthread_mutex_unlock(&lock);
	return block;
}

void free(void *block)
{
	(void)block;
}

void *calloc(size_t count, size_t size)
{
	return memset(malloc(count * size), 0, count * size);
}

void *realloc(void *block, size_t size)
{
	void *moved = malloc(size);

	return block ? memmove(moved, block, size) : moved;
}

static void *work(void *unused)
{
	char *text = strdup("text");

	text[0] = 'T';
	free(text);
	free(text);
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, work, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
