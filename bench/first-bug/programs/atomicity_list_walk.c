/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Atomicity violation: a walk over a list takes the lock anew for each step, and the node it
 * stands on is freed in between. Needs 1 placed switch.
 */
#include "program.h"

struct node {
	struct node *next;
	int value;
};

MUTEX(mutex);
static struct node *head;

static void push(int value)
{
	struct node *node = malloc(sizeof(*node));

	node->value = value;
	node->next = head;
	head = node;
}

static void *walk(void *argument)
{
	struct node *node;

	(void)argument;
	lock_if_fixed();
	lock(&mutex);
	node = head;
	unlock(&mutex);
	while (node) {
		lock(&mutex);
		node = node->next;
		unlock(&mutex);
	}
	unlock_if_fixed();
	return NULL;
}

static void *remove_second(void *argument)
{
	struct node *node;

	(void)argument;
	lock_if_fixed();
	lock(&mutex);
	node = head->next;
	head->next = node->next;
	unlock(&mutex);
	unlock_if_fixed();
	free(node);
	return NULL;
}

int main(void)
{
	push(1);
	push(2);
	push(3);
	run_two(walk, remove_second);
	return 0;
}
