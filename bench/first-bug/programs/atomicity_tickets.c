/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Check then act: more tickets are sold than there are. Needs 1 placed switch at the last
 * ticket.
 */
#include "program.h"

static atomic_int left = 3;
static atomic_int sold;

static bool take_ticket(void)
{
#ifdef FIXED
	return atomic_fetch_sub(&left, 1) > 0;
#else
	if (atomic_load(&left) <= 0)
		return false;
	atomic_fetch_sub(&left, 1);
	return true;
#endif
}

static void *sell(void *argument)
{
	(void)argument;
	while (take_ticket())
		atomic_fetch_add(&sold, 1);
	return NULL;
}

int main(void)
{
	run_threads(2, sell);
	assert(sold == 3);
	return 0;
}
