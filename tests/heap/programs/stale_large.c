/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: use-after-free within 100 executions of auto
 * A worker fills the end of a large buffer that its owner frees when a flag says that it is
 * done; the flag is raised before the last write. FIXED: after it.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#define SIZE (3u << 20)

static char *buffer;
static atomic_int done;

static void *fill(void *unused)
{
	buffer[SIZE - 2] = 1;
#ifndef FIXED
	atomic_store(&done, 1);
#endif
	buffer[SIZE - 1] = 2;
#ifdef FIXED
	atomic_store(&done, 1);
#endif
	return unused;
}

int main(void)
{
	pthread_t thread;
	char *next;

	buffer = malloc(SIZE);
	pthread_create(&thread, NULL, fill, NULL);
	while (!atomic_load(&done))
		;
	free(buffer);
	next = malloc(SIZE);
	next[SIZE - 1] = 3;
	pthread_join(thread, NULL);
	free(next);
	return 0;
}
