/* SPDX-License-Identifier: Apache-2.0 */
/* A lock-free stack without reuse of nodes (Treiber, 1986). Correct: must stay silent. */
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <weft/weft.h>

#define NODES 4

struct node {
	int value;
	struct node *next;
};

static struct node nodes[NODES];
static atomic_int used;
static _Atomic(struct node *) top;

static void push(int value)
{
	weft_op_begin("push");
	struct node *node = &nodes[atomic_fetch_add(&used, 1)];

	node->value = value;
	node->next = atomic_load(&top);
	while (!atomic_compare_exchange_strong(&top, &node->next, node))
		;
	weft_op_end(0);
}

static int pop(void)
{
	weft_op_begin("pop");
	struct node *node = atomic_load(&top);

	while (node && !atomic_compare_exchange_strong(&top, &node, node->next))
		;
	int value = node ? node->value : 0;

	weft_op_end(value);
	return value;
}

static void *work(void *value)
{
	push((int)(intptr_t)value);
	weft_observe("popped", pop());
	return NULL;
}

int main(void)
{
	pthread_t threads[2];

	push(9);
	for (intptr_t i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, work, (void *)(i + 1));
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	weft_observe("rest", pop());
	return 0;
}
