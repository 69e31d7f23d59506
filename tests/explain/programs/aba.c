/* SPDX-License-Identifier: Apache-2.0 */
/* EXPLAIN: aba of top. While one thread pops, another takes two and puts the first back. */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

struct node {
	struct node *_Atomic next;
	atomic_int taken;
};

static struct node b;
static struct node a = { .next = &b };
static struct node *_Atomic top = &a;

static struct node *pop(void)
{
	struct node *old = atomic_load(&top);

	while (old && !atomic_compare_exchange_strong(&top, &old, atomic_load(&old->next)))
		;
	return old;
}

static void push(struct node *node)
{
	struct node *old = atomic_load(&top);

	do
		atomic_store(&node->next, old);
	while (!atomic_compare_exchange_strong(&top, &old, node));
}

static void *pop_one(void *unused)
{
	pop();
	return unused;
}

static void *pop_two(void *unused)
{
	struct node *first = pop();
#ifndef FIXED
	struct node *second = pop();

	if (second)
		atomic_fetch_add(&second->taken, 1);
#endif
	if (first)
		push(first);
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	pthread_create(&threads[0], NULL, pop_one, NULL);
	pthread_create(&threads[1], NULL, pop_two, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	for (struct node *node = top; node; node = node->next)
		assert(!node->taken);
	return 0;
}
