/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Work stealing: the owner takes the last item without competing with a thief for it; both do
 * it. Needs 1 placed switch.
 */
#include "program.h"

#define ITEMS 2

static atomic_int top, bottom = ITEMS;
static atomic_int done[ITEMS];

static void carry_out(int item)
{
	assert(atomic_fetch_add(&done[item], 1) == 0);
}

static void *own(void *argument)
{
	for (;;) {
		int last = atomic_load(&bottom) - 1;
		int first;

		atomic_store(&bottom, last);
		first = atomic_load(&top);
		if (first > last) {
			atomic_store(&bottom, first);
			return argument;
		}
#ifdef FIXED
		if (first == last) {
			bool won = atomic_compare_exchange_strong(&top, &first, last + 1);

			atomic_store(&bottom, last + 1);
			if (won)
				carry_out(last);
			return argument;
		}
#endif
		carry_out(last);
	}
}

static void *steal(void *argument)
{
	int first = atomic_load(&top);

	if (first < atomic_load(&bottom) &&
		atomic_compare_exchange_strong(&top, &first, first + 1))
		carry_out(first);
	return argument;
}

int main(void)
{
	run_two(own, steal);
	return 0;
}
