/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Threads map, use and unmap pages: the kernel gives the same addresses to another thread
 * later, which has nothing to do with who used them before.
 */
#include <assert.h>
#include <sys/mman.h>
#include "../parallel.h"

#define SIZE 8192

static void *work(void *argument)
{
	for (int i = 0; i < 2; i++) {
		int *pages = mmap(
			NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		assert(pages != MAP_FAILED && pages[0] == 0);
		pages[0] = number_of(argument) + 1;
		pages[SIZE / sizeof(*pages) - 1] = pages[0];
		assert(pages[0] == number_of(argument) + 1);
		munmap(pages, SIZE);
	}
	return NULL;
}

int main(void)
{
	parallel(3, work);
	return 0;
}
