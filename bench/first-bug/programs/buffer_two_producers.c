/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bounded buffer made for one producer and used by two: each reserves its place with a load and
 * a store, and one item is lost. Needs 1 placed switch.
 */
#include "program.h"

#define CAPACITY 8
#define ROUNDS 2

static atomic_int items[CAPACITY], written;

static void *produce(void *argument)
{
	for (int i = 0; i < ROUNDS; i++) {
#ifdef FIXED
		int place = atomic_fetch_add(&written, 1);

		atomic_store(&items[place], 1);
#else
		int place = atomic_load(&written);

		atomic_store(&items[place], 1);
		atomic_store(&written, place + 1);
#endif
	}
	return argument;
}

int main(void)
{
	int sum = 0;

	run_two(produce, produce);
	for (int i = 0; i < CAPACITY; i++)
		sum += items[i];
	assert(sum == 2 * ROUNDS);
	return 0;
}
