/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A Treiber stack over a fixed array of nodes, its top an index with a tag that grows with
 * every change: a node that was taken and put back meanwhile (ABA) makes the compare-and-swap
 * fail. `next` is atomic because a late thread may read it in a node that is somebody else's by
 * then.
 */
#include <assert.h>
#include <stdatomic.h>
#include "../parallel.h"

#define NODES 3u
#define NONE NODES

static struct {
	_Atomic unsigned int next;
	int owner; /* plain: of the thread that popped the node */
} nodes[NODES];
static _Atomic uint64_t top;

static uint64_t tagged(uint64_t old, unsigned int node)
{
	return ((old >> 32) + 1) << 32 | node;
}

static unsigned int pop(void)
{
	uint64_t old = atomic_load_explicit(&top, memory_order_acquire);
	unsigned int node;

	do {
		node = (unsigned int)old;
		if (node == NONE)
			return NONE;
	} while (!atomic_compare_exchange_weak_explicit(&top, &old,
		tagged(old, atomic_load_explicit(&nodes[node].next, memory_order_relaxed)),
		memory_order_acquire, memory_order_acquire));
	return node;
}

static void push(unsigned int node)
{
	uint64_t old = atomic_load_explicit(&top, memory_order_relaxed);

	do {
		atomic_store_explicit(
			&nodes[node].next, (unsigned int)old, memory_order_relaxed);
	} while (!atomic_compare_exchange_weak_explicit(
		&top, &old, tagged(old, node), memory_order_release, memory_order_relaxed));
}

static void *work(void *argument)
{
	for (int i = 0; i < 2; i++) {
		unsigned int node = pop();

		assert(node != NONE); /* there are as many as threads */
		nodes[node].owner = number_of(argument);
		assert(nodes[node].owner == number_of(argument));
		push(node);
	}
	return NULL;
}

int main(void)
{
	atomic_init(&top, NONE);
	for (unsigned int i = 0; i < NODES; i++)
		push(i);
	parallel((int)NODES, work);
	return 0;
}
