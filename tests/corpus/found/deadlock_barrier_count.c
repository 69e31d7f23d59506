/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: deadlock within 10 executions
 * A barrier for three, at which two arrive. Twin: silent/barrier_reused.c
 */
#include "../parallel.h"

static pthread_barrier_t barrier;

static void *work(void *unused)
{
	pthread_barrier_wait(&barrier);
	return unused;
}

int main(void)
{
	pthread_barrier_init(&barrier, NULL, 3);
	parallel(2, work);
	pthread_barrier_destroy(&barrier);
	return 0;
}
