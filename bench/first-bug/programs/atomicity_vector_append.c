/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Atomicity violation: two threads append to the same place of a vector. Needs 1 placed switch.
 */
#include "program.h"

static int items[8];
static atomic_int size;

static void *append(void *argument)
{
#ifdef FIXED
	items[atomic_fetch_add(&size, 1)] = number_of(argument) + 1;
#else
	int place = atomic_load(&size);

	items[place] = number_of(argument) + 1;
	atomic_fetch_add(&size, 1);
#endif
	return NULL;
}

int main(void)
{
	int sum = 0;

	run_threads(3, append);
	for (int i = 0; i < 3; i++)
		sum += items[i];
	assert(sum == 6);
	return 0;
}
