/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * An MCS lock: each waiter spins in a node of its own, on its stack, and is called by the one
 * before it. Nobody touches a node after its owner was called, so that the stack may be left.
 */
#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include "../parallel.h"

struct node {
	_Atomic(struct node *) next;
	atomic_bool waits;
};

static _Atomic(struct node *) tail;
static int counter;

static void lock(struct node *node)
{
	atomic_init(&node->next, NULL);
	atomic_init(&node->waits, true);
	struct node *before = atomic_exchange_explicit(&tail, node, memory_order_acq_rel);

	if (!before)
		return;
	atomic_store_explicit(&before->next, node, memory_order_release);
	while (atomic_load_explicit(&node->waits, memory_order_acquire))
		;
}

static void unlock(struct node *node)
{
	struct node *next = atomic_load_explicit(&node->next, memory_order_acquire);
	struct node *expected = node;

	if (!next) {
		if (atomic_compare_exchange_strong_explicit(
			    &tail, &expected, NULL, memory_order_release, memory_order_relaxed))
			return;
		while (!(next = atomic_load_explicit(&node->next, memory_order_acquire)))
			;
	}
	atomic_store_explicit(&next->waits, false, memory_order_release);
}

static void *work(void *unused)
{
	for (int i = 0; i < 2; i++) {
		struct node node;

		lock(&node);
		counter++;
		unlock(&node);
	}
	return unused;
}

int main(void)
{
	parallel(3, work);
	assert(counter == 6);
	return 0;
}
