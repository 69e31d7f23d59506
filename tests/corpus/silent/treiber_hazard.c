/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A Treiber stack with hazard pointers. A thread announces the node before it looks into it,
 * and looks again whether the node is still the top (both seq_cst, so that the announcement and
 * the freeing thread's scan can't miss each other); a popped node is freed only when nobody
 * announces it.
 */
#include <assert.h>
#include <sched.h>
#include <stdatomic.h>
#include "../parallel.h"

#define THREADS 3

struct node {
	struct node *next;
	int value;
};

static _Atomic(struct node *) top;
static _Atomic(struct node *) hazards[THREADS];

static void push(int value)
{
	struct node *node = malloc(sizeof(*node));

	assert(node);
	node->value = value;
	node->next = atomic_load(&top);
	while (!atomic_compare_exchange_weak(&top, &node->next, node))
		;
}

static struct node *pop(int self)
{
	for (;;) {
		struct node *node = atomic_load(&top);

		atomic_store(&hazards[self], node);
		if (atomic_load(&top) != node)
			continue;
		if (!node || atomic_compare_exchange_strong(&top, &node, node->next))
			return node;
	}
}

static void retire(int self, struct node *node)
{
	atomic_store(&hazards[self], NULL);
	for (int i = 0; i < THREADS; i++) {
		while (atomic_load(&hazards[i]) == node)
			sched_yield();
	}
	free(node);
}

static void *work(void *argument)
{
	int self = number_of(argument);

	push(self + 1);
	struct node *node = pop(self);
	assert(node && node->value > 0 && node->value <= THREADS);
	retire(self, node);
	return NULL;
}

int main(void)
{
	parallel(THREADS, work);
	assert(!top);
	return 0;
}
