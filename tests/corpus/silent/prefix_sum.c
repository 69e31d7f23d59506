/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Prefix sums by doubling distances (Hillis and Steele) between two arrays: a round reads one
 * and writes the other, and a barrier changes their roles.
 */
#include <assert.h>
#include "../parallel.h"

#define LENGTH 3

static int sums[2][LENGTH] = { { 1, 2, 3 } };
static pthread_barrier_t round_end;

static void *add(void *argument)
{
	int i = number_of(argument), from = 0;

	for (int distance = 1; distance < LENGTH; distance *= 2) {
		sums[!from][i] = sums[from][i] + (i >= distance ? sums[from][i - distance] : 0);
		from = !from;
		pthread_barrier_wait(&round_end);
	}
	return NULL;
}

int main(void)
{
	pthread_barrier_init(&round_end, NULL, LENGTH);
	parallel(LENGTH, add);
	pthread_barrier_destroy(&round_end);
	assert(sums[0][0] == 1 && sums[0][1] == 3 && sums[0][2] == 6);
	return 0;
}
