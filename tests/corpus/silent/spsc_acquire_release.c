/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A ring between one producer and one consumer. Each index has one writer, which stores it with
 * release after it used the slot; the other side loads it with acquire before it uses the slot.
 * So the plain slots always change hands in happens-before order, in both directions.
 */
#include <assert.h>
#include <sched.h>
#include <stdatomic.h>
#include "../parallel.h"

#define SLOTS 2
#define ITEMS 6

static int slots[SLOTS];
static atomic_uint head, tail; /* taken, put */

static void *produce(void *unused)
{
	for (int item = 1; item <= ITEMS; item++) {
		unsigned int put = atomic_load_explicit(&tail, memory_order_relaxed);

		while (put - atomic_load_explicit(&head, memory_order_acquire) == SLOTS)
			sched_yield();
		slots[put % SLOTS] = item;
		atomic_store_explicit(&tail, put + 1, memory_order_release);
	}
	return unused;
}

static void *consume(void *unused)
{
	for (int item = 1; item <= ITEMS; item++) {
		unsigned int taken = atomic_load_explicit(&head, memory_order_relaxed);

		while (atomic_load_explicit(&tail, memory_order_acquire) == taken)
			sched_yield();
		assert(slots[taken % SLOTS] == item);
		atomic_store_explicit(&head, taken + 1, memory_order_release);
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
