/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1 executions of sequential
 * 200,000 blocks come and go: what is kept of them is bounded, so the process
 * stays small: all of them together are 300 MB.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

int main(void)
{
	struct rusage before, after;

	getrusage(RUSAGE_SELF, &before);
	for (int i = 0; i < 200000; i++) {
		size_t size = (size_t)i * 7919 % 3000;
		char *block = malloc(size);

		memset(block, 1, size);
		free(block);
	}
	for (int i = 0; i < 8; i++) {
		char *block = malloc(50 << 20);

		memset(block, 1, 50 << 20);
		free(block);
	}
	getrusage(RUSAGE_SELF, &after);
	/* KiB: the largest block, the quarantine, its shadow, and the tables. */
	return after.ru_maxrss - before.ru_maxrss > (50 + 16 * 4 + 20) * 1024;
}
