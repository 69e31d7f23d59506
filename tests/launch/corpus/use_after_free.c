/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: use-after-free in a build with AddressSanitizer. A value is read through a pointer
 * that was taken before another thread freed it. With FIXED, the lock is held while it is read.
 */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static volatile int *shared;

static void *read_value(void *unused)
{
	pthread_mutex_lock(&lock);
	volatile int *mine = shared;
#ifndef FIXED
	pthread_mutex_unlock(&lock);
#endif
	sched_yield();
	if (mine)
		*mine;
#ifdef FIXED
	pthread_mutex_unlock(&lock);
#endif
	return unused;
}

int main(void)
{
	pthread_t reader;

	shared = calloc(1, sizeof(*shared));
	pthread_create(&reader, NULL, read_value, NULL);
	pthread_mutex_lock(&lock);
	free((void *)shared);
	shared = NULL;
	pthread_mutex_unlock(&lock);
	pthread_join(reader, NULL);
	return 0;
}
