/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Order violation: a worker that sees the stop flag leaves the item that was queued before it.
 * Needs 1 placed switch.
 */
#include "program.h"

static atomic_int queued, stopped, done;

static void *work(void *argument)
{
	(void)argument;
	for (;;) {
#ifdef FIXED
		bool is_last = atomic_load(&stopped);
#endif
		if (atomic_load(&queued) > atomic_load(&done)) {
			atomic_fetch_add(&done, 1);
			continue;
		}
#ifndef FIXED
		bool is_last = atomic_load(&stopped);
#endif
		if (is_last)
			return NULL;
		sched_yield();
	}
}

int main(void)
{
	pthread_t worker = start(work, 0);

	atomic_store(&queued, 1);
	atomic_store(&queued, 2);
	atomic_store(&stopped, 1);
	join(worker);
	assert(done == 2);
	return 0;
}
