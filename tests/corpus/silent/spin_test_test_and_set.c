/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A lock that only looks (relaxed) while it is held and yields the processor meanwhile, then
 * tries to take it. Only the exchange that takes the lock must be acquire.
 */
#include <assert.h>
#include <sched.h>
#include <stdatomic.h>
#include "../parallel.h"

static atomic_int locked;
static long total;

static void lock(void)
{
	while (atomic_exchange_explicit(&locked, 1, memory_order_acquire)) {
		while (atomic_load_explicit(&locked, memory_order_relaxed))
			sched_yield();
	}
}

static void unlock(void)
{
	atomic_store_explicit(&locked, 0, memory_order_release);
}

static void *work(void *argument)
{
	for (int i = 0; i < 2; i++) {
		lock();
		total += number_of(argument);
		unlock();
	}
	return NULL;
}

int main(void)
{
	parallel(4, work);
	assert(total == 12);
	return 0;
}
