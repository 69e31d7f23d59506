/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * The ring between two threads with relaxed indices and standalone fences: a release fence
 * before the store of an index, an acquire fence behind the load that saw it (C11 7.17.4,
 * fences synchronise through the relaxed store and load between them).
 */
#include <assert.h>
#include <stdatomic.h>
#include "../parallel.h"

#define SLOTS 2
#define ITEMS 5

static int slots[SLOTS];
static atomic_int head, tail;

static void advance(atomic_int *index, int to)
{
	atomic_thread_fence(memory_order_release);
	atomic_store_explicit(index, to, memory_order_relaxed);
}

/* Until the index is above `limit`. */
static void await(atomic_int *index, int limit)
{
	while (atomic_load_explicit(index, memory_order_relaxed) <= limit)
		;
	atomic_thread_fence(memory_order_acquire);
}

static void *produce(void *unused)
{
	for (int i = 0; i < ITEMS; i++) {
		if (i >= SLOTS)
			await(&head, i - SLOTS);
		slots[i % SLOTS] = i * i;
		advance(&tail, i + 1);
	}
	return unused;
}

static void *consume(void *unused)
{
	for (int i = 0; i < ITEMS; i++) {
		await(&tail, i);
		assert(slots[i % SLOTS] == i * i);
		advance(&head, i + 1);
	}
	return unused;
}

int main(void)
{
	pthread_t producer = start(produce, NULL);
	pthread_t consumer = start(consume, NULL);

	finish(producer);
	finish(consumer);
	return 0;
}
