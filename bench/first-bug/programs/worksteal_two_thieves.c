/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Work stealing: thieves advance the top with a load and a store; two of them take the same
 * item. Needs 1 placed switch.
 */
#include "program.h"

#define ITEMS 4

static atomic_int top;
static atomic_int taken[ITEMS + 2];

static void *steal_two(void *argument)
{
	for (int i = 0; i < 2; i++) {
#ifdef FIXED
		int first = atomic_fetch_add(&top, 1);
#else
		int first = atomic_load(&top);

		atomic_store(&top, first + 1);
#endif
		assert(atomic_fetch_add(&taken[first], 1) == 0);
	}
	return argument;
}

int main(void)
{
	run_two(steal_two, steal_two);
	return 0;
}
