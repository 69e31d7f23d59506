/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Many producers push onto a list with a release compare-and-swap; the one consumer takes the
 * whole list with an acquire exchange. It synchronises with every push although it reads only
 * the last: the pushes before it are in the same release sequence, each being a
 * read-modify-write.
 */
#include <assert.h>
#include <sched.h>
#include <stdatomic.h>
#include "../parallel.h"

#define PRODUCERS 3
#define EACH 2

struct node {
	struct node *next;
	int value;
};

static _Atomic(struct node *) list;

static void *produce(void *argument)
{
	for (int i = 0; i < EACH; i++) {
		struct node *node = malloc(sizeof(*node));

		assert(node);
		node->value = number_of(argument) + 1;
		node->next = atomic_load_explicit(&list, memory_order_relaxed);
		while (!atomic_compare_exchange_weak_explicit(
			&list, &node->next, node, memory_order_release, memory_order_relaxed))
			;
	}
	return NULL;
}

static int take_all(int *sum)
{
	struct node *node = atomic_exchange_explicit(&list, NULL, memory_order_acquire);
	int count = 0;

	while (node) {
		struct node *next = node->next;

		*sum += node->value;
		free(node);
		node = next;
		count++;
	}
	return count;
}

int main(void)
{
	pthread_t producers[PRODUCERS];
	int sum = 0;

	for (int i = 0; i < PRODUCERS; i++)
		producers[i] = start(produce, (void *)(intptr_t)i);
	for (int count = 0; count < PRODUCERS * EACH; count += take_all(&sum))
		sched_yield();
	for (int i = 0; i < PRODUCERS; i++)
		finish(producers[i]);
	assert(sum == EACH * (1 + 2 + 3));
	return 0;
}
