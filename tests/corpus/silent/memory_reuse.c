/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Threads that share nothing allocate, write and free blocks of the same sizes: the allocator
 * hands one thread's old block to another, which is no race between them.
 */
#include <assert.h>
#include <string.h>
#include "../parallel.h"

static void *work(void *argument)
{
	int fill = number_of(argument) + 1;

	for (size_t size = 16; size <= 2048; size *= 4) {
		unsigned char *block = malloc(size);

		assert(block);
		memset(block, fill, size);
		block = realloc(block, 2 * size);
		assert(block && block[0] == fill && block[size - 1] == fill);
		free(block);
		int *cells = calloc(4, sizeof(*cells));

		assert(cells && !cells[3]);
		cells[3] = fill;
		free(cells);
	}
	return NULL;
}

int main(void)
{
	parallel(3, work);
	parallel(2, work);
	return 0;
}
