/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: assertion within 1000 executions
 * A stack without tags: a pop reads the successor of the top, others pop both and push the
 * first back, and the compare-and-swap succeeds with a successor that is in use. Twin:
 * silent/treiber_tagged.c
 */
#include <assert.h>
#include <stdatomic.h>
#include "../parallel.h"

#define NONE 2

static atomic_int top, next[2] = { 1, NONE };
static atomic_int in_use[2];

static int pop(void)
{
	int node = atomic_load(&top);

	while (node != NONE &&
		!atomic_compare_exchange_strong(&top, &node, atomic_load(&next[node])))
		;
	if (node != NONE)
		assert(atomic_exchange(&in_use[node], 1) == 0);
	return node;
}

static void push(int node)
{
	int old = atomic_load(&top);

	if (node == NONE)
		return;
	atomic_store(&in_use[node], 0);
	do {
		atomic_store(&next[node], old);
	} while (!atomic_compare_exchange_strong(&top, &old, node));
}

static void *work(void *argument)
{
	int first = pop();

	if (number_of(argument)) {
		int second = pop();

		push(first);
		pop();
		push(second);
	}
	return NULL;
}

int main(void)
{
	parallel(2, work);
	return 0;
}
