/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 20 executions
 * Each round writes its cells, waits at a barrier, and reads the others'; without a second
 * barrier a fast thread writes the next round while a slow one still reads. Twin:
 * silent/barrier_reused.c
 */
#include "../parallel.h"

static pthread_barrier_t barrier;
static int cells[2], sums[2];

static void *work(void *argument)
{
	int self = number_of(argument);

	for (int round = 1; round <= 2; round++) {
		cells[self] = round;
		pthread_barrier_wait(&barrier);
		sums[self] += cells[1 - self];
	}
	return NULL;
}

int main(void)
{
	pthread_barrier_init(&barrier, NULL, 2);
	parallel(2, work);
	pthread_barrier_destroy(&barrier);
	return 0;
}
