/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A barrier used round after round: what each wrote before it is read by all after it, and
 * nobody writes again before the next one was passed.
 */
#include <assert.h>
#include "../parallel.h"

#define THREADS 3
#define ROUNDS 2

static pthread_barrier_t barrier;
static int cells[THREADS];
static int serial_count;

static void *work(void *argument)
{
	for (int round = 1; round <= ROUNDS; round++) {
		cells[number_of(argument)] = round;
		if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD)
			serial_count++;
		for (int i = 0; i < THREADS; i++)
			assert(cells[i] == round);
		pthread_barrier_wait(&barrier);
	}
	return NULL;
}

int main(void)
{
	pthread_barrier_init(&barrier, NULL, THREADS);
	parallel(THREADS, work);
	pthread_barrier_destroy(&barrier);
	assert(serial_count == ROUNDS);
	return 0;
}
