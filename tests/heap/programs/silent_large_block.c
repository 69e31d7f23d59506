/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1 executions of sequential
 * A freed block that is kept from being used again does not stay resident: only its beginning,
 * which is spoilt, and its end, whose page is others' as well.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define SIZE (1u << 20)
#define PAGE 4096u
/* No more: the first two pages, and the last. */
#define PAGES_LEFT 3

int main(void)
{
	static unsigned char resident[SIZE / PAGE];
	char *block = malloc(SIZE), *next = malloc(SIZE);
	char *page = block - (size_t)block % PAGE;
	int count = 0;

	memset(block, 1, SIZE);
	memset(next, 2, SIZE);
	free(block);
	if (mincore(page, SIZE, resident))
		return 2;
	for (size_t i = 0; i < SIZE / PAGE; i++)
		count += resident[i] & 1;
	for (size_t i = 0; i < SIZE; i++)
		if (next[i] != 2)
			return 3;
	return count > PAGES_LEFT;
}
