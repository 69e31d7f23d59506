/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 200 executions of auto
 * Blocks are used up to malloc_usable_size(), beyond what was asked for, and
 * resized: all that was written must be there still, as with the allocator's own realloc().
 */
#include <assert.h>
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static void fill_and_resize(size_t asked, size_t wanted)
{
	unsigned char *block = malloc(asked);
	size_t room = malloc_usable_size(block);
	unsigned char *resized;

	memset(block, 7, room);
	resized = realloc(block, wanted);
	assert(resized);
	for (size_t i = 0; i < room && i < wanted; i++)
		assert(resized[i] == 7);
	free(resized);
}

static void *work(void *unused)
{
	for (size_t asked = 1; asked < 4000; asked += 801) {
		fill_and_resize(asked, asked + 1);
		fill_and_resize(asked, asked * 3);
		fill_and_resize(asked, asked / 2 + 1);
	}
	return unused;
}

int main(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, work, NULL))
		return 1;
	work(NULL);
	return pthread_join(thread, NULL);
}
