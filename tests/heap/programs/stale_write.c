/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: use-after-free within 100 executions of auto
 * A worker fills a buffer that its owner frees when a flag says that it is done; the flag is
 * raised before the last write. FIXED: after it.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static int *buffer;
static atomic_int done;

static void *fill(void *unused)
{
	buffer[0] = 1;
#ifndef FIXED
	atomic_store(&done, 1);
#endif
	buffer[1] = 2;
#ifdef FIXED
	atomic_store(&done, 1);
#endif
	return unused;
}

int main(void)
{
	pthread_t thread;

	buffer = malloc(2 * sizeof(int));
	pthread_create(&thread, NULL, fill, NULL);
	while (!atomic_load(&done))
		;
	free(buffer);
	pthread_join(thread, NULL);
	return 0;
}
