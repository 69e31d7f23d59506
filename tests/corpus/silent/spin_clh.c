/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A CLH lock: each waiter spins on the node of the one before it, and takes that node over as
 * its own when it is done. A node changes hands only after its owner released it.
 */
#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include "../parallel.h"

#define THREADS 3

struct node {
	atomic_bool held;
};

static struct node nodes[THREADS + 1];
static _Atomic(struct node *) tail = &nodes[THREADS];
static int counter;

static void *work(void *argument)
{
	struct node *mine = &nodes[number_of(argument)];

	for (int i = 0; i < 2; i++) {
		atomic_store_explicit(&mine->held, true, memory_order_relaxed);
		struct node *before =
			atomic_exchange_explicit(&tail, mine, memory_order_acq_rel);

		while (atomic_load_explicit(&before->held, memory_order_acquire))
			;
		counter++;
		atomic_store_explicit(&mine->held, false, memory_order_release);
		mine = before;
	}
	return NULL;
}

int main(void)
{
	parallel(THREADS, work);
	assert(counter == 2 * THREADS);
	return 0;
}
