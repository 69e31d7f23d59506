/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Needs 6 placed switches: two threads whose steps must alternate exactly, with different
 * amounts of other work between them. In the repaired one each does all its steps at once.
 */
#include "program.h"

static atomic_int stage, statistics;

/* Goes on to the next stage if this is its turn; else nothing can come of it any more. */
static void advance(int from)
{
	if (atomic_load(&stage) == from)
		atomic_store(&stage, from + 1);
}

static void other_work(int amount)
{
	for (int i = 0; i < amount; i++)
		atomic_fetch_add(&statistics, 1);
}

static void *even_steps(void *argument)
{
	lock_if_fixed();
	advance(0);
	other_work(5);
	advance(2);
	other_work(2);
	advance(4);
	other_work(7);
	advance(6);
	unlock_if_fixed();
	return argument;
}

static void *odd_steps(void *argument)
{
	lock_if_fixed();
	advance(1);
	other_work(2);
	advance(3);
	other_work(7);
	advance(5);
	unlock_if_fixed();
	return argument;
}

int main(void)
{
	run_two(even_steps, odd_steps);
	assert(stage != 7);
	return 0;
}
