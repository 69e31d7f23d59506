/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Check-then-act after 100,000 steps on memory of the thread's own. Needs 1 placed switch.
 */
#include "program.h"

#define STEPS 25000

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
	int *cells = calloc(64, sizeof(*cells));

	for (int i = 0; i < STEPS; i++)
		cells[i % 64] += i;
	withdraw(cells[0] > 0 ? 60 : 0);
	free(cells);
	return argument;
}

int main(void)
{
	run_two(work, work);
	assert(balance >= 0);
	return 0;
}
