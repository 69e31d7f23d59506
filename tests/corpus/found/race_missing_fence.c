/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 20 executions
 * Relaxed indices with an acquire fence on one side, but no release fence on the other.
 * Twin: silent/spsc_fences.c
 */
#include <stdatomic.h>
#include "../parallel.h"

static int slot;
static atomic_int tail;

static void *produce(void *unused)
{
	slot = 9;
	atomic_store_explicit(&tail, 1, memory_order_relaxed);
	return unused;
}

static void *consume(void *unused)
{
	if (!atomic_load_explicit(&tail, memory_order_relaxed))
		return unused;
	atomic_thread_fence(memory_order_acquire);
	return slot == 9 ? unused : &slot;
}

int main(void)
{
	pthread_t producer = start(produce, NULL);
	pthread_t consumer = start(consume, NULL);

	finish(producer);
	finish(consumer);
	return 0;
}
