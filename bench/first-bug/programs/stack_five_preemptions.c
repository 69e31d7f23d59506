/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A lock-free stack with a tag of two bits, whose bug takes five preemptions over three
 * threads. The tag comes round after four changes; for the first node to be on top again just
 * then, its popper must hand it over by way of an exchange that the third thread has opened,
 * and both must still hold a node of their own.
 * The third thread takes a node once more, so the first must go on before it has ended: without
 * that, four preemptions are enough.
 */
#include "program.h"

#define NODES 4
#define NONE 15
#ifdef FIXED
#define TAGS 1000000
#else
#define TAGS 4
#endif

static atomic_int top; /* tag * 16 + node */
static atomic_int below[NODES + 1], owners[NODES];
static atomic_int exchange = -1; /* -1: closed; NONE: open; else a node */

static int pop(int owner)
{
	int seen = atomic_load(&top), node;

	for (;;) {
		node = seen % 16;
		if (node == NONE)
			return NONE;
		int tag = (seen / 16 + 1) % TAGS;
		int next = atomic_load(&below[node]);

		if (atomic_compare_exchange_strong(&top, &seen, tag * 16 + next))
			break;
	}
	assert(atomic_exchange(&owners[node], owner) == 0);
	return node;
}

static void push(int node)
{
	int seen = atomic_load(&top);

	atomic_store(&owners[node], 0);
	do
		atomic_store(&below[node], seen % 16);
	while (!atomic_compare_exchange_strong(
		&top, &seen, (seen / 16 + 1) % TAGS * 16 + node));
}

static void *pop_twice(void *argument)
{
	pop(1);
	pop(1);
	return argument;
}

static void *retire_first(void *argument)
{
	int first = pop(2), second = pop(2), open = NONE;

	if (first == NONE || second == NONE)
		return argument;
	atomic_store(&owners[first], 0);
	if (!atomic_compare_exchange_strong(&exchange, &open, first))
		return argument;
	push(second);
	return argument;
}

static void *reuse(void *argument)
{
	int node = pop(3), given;

	if (node == NONE)
		return argument;
	atomic_store(&exchange, NONE);
	given = atomic_exchange(&exchange, -1);
	if (given == NONE)
		return argument;
	push(given);
	push(node);
	pop(3);
	return argument;
}

int main(void)
{
	pthread_t threads[3];

	for (int i = 0; i < NODES; i++)
		below[i] = i + 1 < NODES ? i + 1 : NONE;
	threads[0] = start(pop_twice, 0);
	threads[1] = start(retire_first, 1);
	threads[2] = start(reuse, 2);
	for (int i = 0; i < 3; i++)
		join(threads[i]);
	return 0;
}
