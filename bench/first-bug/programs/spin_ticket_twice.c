/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ticket lock of one's own: tickets are drawn with a load and a store, and two get the same.
 * Needs 1 placed switch.
 */
#include "program.h"

static atomic_int next_ticket, now_serving, inside;

static int draw_ticket(void)
{
#ifdef FIXED
	return atomic_fetch_add(&next_ticket, 1);
#else
	int ticket = atomic_load(&next_ticket);

	atomic_store(&next_ticket, ticket + 1);
	return ticket;
#endif
}

static void *work(void *argument)
{
	int ticket = draw_ticket();

	while (atomic_load(&now_serving) < ticket)
		sched_yield();
	assert(atomic_fetch_add(&inside, 1) == 0);
	atomic_fetch_sub(&inside, 1);
	atomic_store(&now_serving, ticket + 1);
	return argument;
}

int main(void)
{
	run_threads(3, work);
	return 0;
}
