/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: assertion within 100 executions
 * A ticket lock whose tickets are drawn in two steps: two threads may hold the same one.
 * Twin: silent/spin_ticket.c
 */
#include <assert.h>
#include <stdatomic.h>
#include "../parallel.h"

static atomic_int next_ticket, now_served, inside;

static void *work(void *unused)
{
	int mine = atomic_load(&next_ticket);

	atomic_store(&next_ticket, mine + 1);
	while (atomic_load(&now_served) < mine)
		;
	assert(atomic_fetch_add(&inside, 1) == 0);
	atomic_fetch_sub(&inside, 1);
	atomic_fetch_add(&now_served, 1);
	return unused;
}

int main(void)
{
	parallel(2, work);
	return 0;
}
