/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Check-then-act in the middle of 100,000 steps of a statistics counter. Needs 1 placed switch.
 */
#include "program.h"

#define STEPS 50000

static atomic_int statistics;

static atomic_int balance = 100;

static void withdraw(int amount)
{
#ifdef FIXED
	int seen = atomic_load(&balance);

	while (seen >= amount)
		if (atomic_compare_exchange_strong(&balance, &seen, seen - amount))
			return;
#else
	if (atomic_load(&balance) >= amount)
		atomic_fetch_sub(&balance, amount);
#endif
}

static void *work(void *argument)
{
	for (int i = 0; i < STEPS; i++) {
		atomic_fetch_add(&statistics, 1);
		if (i == STEPS / 3)
			withdraw(60);
	}
	return argument;
}

int main(void)
{
	run_two(work, work);
	assert(balance >= 0);
	return 0;
}
