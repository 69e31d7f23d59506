/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ABA: a lock-free stack without a tag. One thread has read the top and the one below it;
 * another pops both and pushes the first again. Needs 2 placed switches.
 */
#include "program.h"

#define NODES 4

struct node {
	struct node *_Atomic next;
	atomic_int owner; /* who has popped it; 0: nobody */
};

static struct node nodes[NODES];
static struct node *_Atomic top;
MUTEX(pop_lock);

static struct node *pop(int owner)
{
	struct node *node, *next;

#ifdef FIXED
	lock(&pop_lock);
#endif
	do {
		node = atomic_load(&top);
		next = atomic_load(&node->next);
	} while (!atomic_compare_exchange_strong(&top, &node, next));
#ifdef FIXED
	unlock(&pop_lock);
#endif
	assert(atomic_exchange(&node->owner, owner) == 0);
	return node;
}

static void push(struct node *node)
{
	struct node *next = atomic_load(&top);

	atomic_store(&node->owner, 0);
	do
		atomic_store(&node->next, next);
	while (!atomic_compare_exchange_strong(&top, &next, node));
}

static void *pop_two(void *argument)
{
	struct node *first = pop(1);
	struct node *second = pop(1);

	push(first);
	push(second);
	return argument;
}

static void *pop_and_keep(void *argument)
{
	pop(2);
	pop(2);
	return argument;
}

int main(void)
{
	for (int i = 0; i < NODES; i++)
		push(&nodes[i]);
	(void)pop_lock;
	run_two(pop_two, pop_and_keep);
	return 0;
}
