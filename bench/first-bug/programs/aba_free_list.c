/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ABA: a free list of slots by index, taken off with a compare-and-swap of the index alone. A
 * slot is given to two users. Needs 2 placed switches.
 */
#include "program.h"

#define SLOTS 4

static atomic_int next_free[SLOTS], head, users[SLOTS];
/* The head's upper bits count changes, in the repaired one. */
#ifdef FIXED
#define TAG 256
#else
#define TAG 0
#endif

static int take(void)
{
	int seen = atomic_load(&head), slot;

	do {
		slot = seen % 256;
	} while (!atomic_compare_exchange_strong(
		&head, &seen, seen - slot + TAG + atomic_load(&next_free[slot])));
	assert(atomic_fetch_add(&users[slot], 1) == 0);
	return slot;
}

static void give_back(int slot)
{
	int seen = atomic_load(&head);

	atomic_fetch_sub(&users[slot], 1);
	do
		atomic_store(&next_free[slot], seen % 256);
	while (!atomic_compare_exchange_strong(&head, &seen, seen - seen % 256 + TAG + slot));
}

static void *take_two(void *argument)
{
	take();
	take();
	return argument;
}

static void *take_two_return_one(void *argument)
{
	int first = take();

	take();
	give_back(first);
	return argument;
}

int main(void)
{
	for (int i = 0; i < SLOTS; i++)
		atomic_store(&next_free[i], i + 1);
	run_two(take_two, take_two_return_one);
	return 0;
}
