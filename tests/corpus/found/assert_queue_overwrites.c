/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: assertion within 200 executions
 * A ring that lets the producer go one slot too far, over what is not taken yet.
 * Twin: silent/spsc_acquire_release.c
 */
#include <assert.h>
#include <stdatomic.h>
#include "../parallel.h"

#define SLOTS 2

static atomic_int slots[SLOTS];
static atomic_int head, tail;

static void *produce(void *unused)
{
	for (int i = 0; i < 4; i++) {
		while (i - atomic_load(&head) > SLOTS) /* should be >= */
			;
		atomic_store(&slots[i % SLOTS], i);
		atomic_store(&tail, i + 1);
	}
	return unused;
}

static void *consume(void *unused)
{
	for (int i = 0; i < 4; i++) {
		while (atomic_load(&tail) == i)
			;
		assert(atomic_load(&slots[i % SLOTS]) == i);
		atomic_store(&head, i + 1);
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
