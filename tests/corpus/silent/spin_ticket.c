/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A ticket lock: first come, first served. Drawing the ticket may be relaxed; seeing one's
 * number called is an acquire load of what the last holder stored with release.
 */
#include <assert.h>
#include <stdatomic.h>
#include "../parallel.h"

static atomic_uint next_ticket, now_served;
static int counter;

static void *work(void *unused)
{
	for (int i = 0; i < 2; i++) {
		unsigned int mine =
			atomic_fetch_add_explicit(&next_ticket, 1, memory_order_relaxed);

		while (atomic_load_explicit(&now_served, memory_order_acquire) != mine)
			;
		counter++;
		atomic_store_explicit(&now_served, mine + 1, memory_order_release);
	}
	return unused;
}

int main(void)
{
	parallel(3, work);
	assert(counter == 6);
	return 0;
}
