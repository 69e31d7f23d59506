/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 200 executions of auto
 * The heap gives the memory of one thread's block to another, and nothing of the program's
 * orders the two.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static void *work(void *unused)
{
	for (int i = 0; i < 40; i++) {
		size_t size = (size_t)(i % 5) * 1000 + 10;
		char *block = malloc(size);

		memset(block, i, size);
		block[3] = 1;
		block = realloc(block, size * 2);
		block[size * 2 - 1] = 1;
		free(block);
	}
	return unused;
}

int main(void)
{
	pthread_t threads[3];

	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, work, NULL);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
