/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: lock-misuse within 20 executions
 * A lock taken by one thread is released by another. Twin: silent/readers_writers.c
 */
#include "../parallel.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *release(void *unused)
{
	pthread_mutex_unlock(&lock);
	return unused;
}

int main(void)
{
	pthread_mutex_lock(&lock);
	finish(start(release, NULL));
	return 0;
}
