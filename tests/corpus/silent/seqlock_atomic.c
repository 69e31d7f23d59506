/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A sequence lock whose payload is atomic: written with release and read with acquire, so that
 * a reader that got part of a new value also sees the odd number and tries again. Nothing is a
 * data race, and no torn pair is ever used.
 */
#include <assert.h>
#include <stdatomic.h>
#include "../parallel.h"

#define WRITES 2

static atomic_uint sequence;
static atomic_int left, right;

static void *write_pairs(void *unused)
{
	for (int i = 1; i <= WRITES; i++) {
		unsigned int number = atomic_load_explicit(&sequence, memory_order_relaxed);

		atomic_store_explicit(&sequence, number + 1, memory_order_relaxed);
		atomic_store_explicit(&left, i, memory_order_release);
		atomic_store_explicit(&right, -i, memory_order_release);
		atomic_store_explicit(&sequence, number + 2, memory_order_release);
	}
	return unused;
}

static void *read_pair(void *unused)
{
	unsigned int before, after;
	int l, r;

	do {
		before = atomic_load_explicit(&sequence, memory_order_acquire);
		l = atomic_load_explicit(&left, memory_order_acquire);
		r = atomic_load_explicit(&right, memory_order_acquire);
		after = atomic_load_explicit(&sequence, memory_order_relaxed);
	} while (before != after || before % 2);
	assert(l == -r);
	return unused;
}

int main(void)
{
	pthread_t writer = start(write_pairs, NULL);

	parallel(2, read_pair);
	finish(writer);
	return 0;
}
