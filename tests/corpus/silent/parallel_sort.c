/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Odd-even transposition sort: in each round every thread compares a pair of its own, and a
 * barrier stands between the rounds. Neighbours in the array belong to different threads all
 * the time.
 */
#include <assert.h>
#include "../parallel.h"

#define PAIRS 2
#define LENGTH (2 * PAIRS)

static int values[LENGTH] = { 4, 3, 2, 1 };
static pthread_barrier_t round_end;

static void *sort(void *argument)
{
	for (int round = 0; round < LENGTH; round++) {
		int i = 2 * number_of(argument) + round % 2;

		if (i + 1 < LENGTH && values[i] > values[i + 1]) {
			int value = values[i];

			values[i] = values[i + 1];
			values[i + 1] = value;
		}
		pthread_barrier_wait(&round_end);
	}
	return NULL;
}

int main(void)
{
	pthread_barrier_init(&round_end, NULL, PAIRS);
	parallel(PAIRS, sort);
	pthread_barrier_destroy(&round_end);
	for (int i = 0; i < LENGTH; i++)
		assert(values[i] == i + 1);
	return 0;
}
