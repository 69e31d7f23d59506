/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hundred threads have a slot each, but for two of them that share one and lose an update.
 * Needs 1 placed switch, in the right one.
 */
#include "program.h"

#define MEMBERS 100

static atomic_int slots[MEMBERS];

static int slot_of(int number)
{
#ifndef FIXED
	if (number == 91)
		return 37;
#endif
	return number;
}

static void *count(void *argument)
{
	atomic_int *slot = &slots[slot_of(number_of(argument))];
	int seen = atomic_load(slot);

	atomic_store(slot, seen + 1);
	return NULL;
}

int main(void)
{
	int sum = 0;

	run_threads(MEMBERS, count);
	for (int i = 0; i < MEMBERS; i++)
		sum += slots[i];
	assert(sum == MEMBERS);
	return 0;
}
