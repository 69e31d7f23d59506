/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 200 executions of auto
 * The kernel gives the pages of one thread's mapping to another, and nothing of the program's
 * orders the two.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sys/mman.h>

#define PAGES (64 * 4096)

static void *work(void *unused)
{
	for (int i = 0; i < 10; i++) {
		char *pages = mmap(NULL, PAGES, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		pages[0] = pages[PAGES / 2] = pages[PAGES - 1] = 1;
		pages = mremap(pages, PAGES, PAGES * 2, MREMAP_MAYMOVE);
		pages[PAGES] = 1;
		munmap(pages, PAGES * 2);
	}
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
