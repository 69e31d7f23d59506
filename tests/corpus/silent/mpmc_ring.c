/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Vyukov's bounded queue of many producers and consumers. A slot's sequence number says whose
 * turn it is; it is stored with release after the plain item was written or read, and loaded
 * with acquire before. The compare-and-swap on a position only hands out turns and may be
 * relaxed.
 */
#include <assert.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include "../parallel.h"

#define SLOTS 2u
#define EACH 2

static struct {
	atomic_uint turn;
	int item;
} ring[SLOTS];
static atomic_uint put_at, take_at;
static atomic_int sum;

/* Waits for the turn `offset` past the position; the position, which is then the caller's. */
static unsigned int claim(atomic_uint *position, unsigned int offset)
{
	unsigned int at = atomic_load_explicit(position, memory_order_relaxed);

	for (;;) {
		unsigned int turn =
			atomic_load_explicit(&ring[at % SLOTS].turn, memory_order_acquire);

		if (turn == at + offset &&
			atomic_compare_exchange_weak_explicit(position, &at, at + 1,
				memory_order_relaxed, memory_order_relaxed))
			return at;
		sched_yield();
		at = atomic_load_explicit(position, memory_order_relaxed);
	}
}

static void *work(void *argument)
{
	for (int i = 0; i < EACH; i++) {
		bool produces = number_of(argument) % 2 == 0;
		unsigned int at = claim(produces ? &put_at : &take_at, produces ? 0 : 1);

		if (produces)
			ring[at % SLOTS].item = 5;
		else
			atomic_fetch_add(&sum, ring[at % SLOTS].item);
		atomic_store_explicit(&ring[at % SLOTS].turn, produces ? at + 1 : at + SLOTS,
			memory_order_release);
	}
	return NULL;
}

int main(void)
{
	for (unsigned int i = 0; i < SLOTS; i++)
		atomic_init(&ring[i].turn, i);
	parallel(4, work);
	assert(sum == 2 * EACH * 5);
	return 0;
}
