/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Hand-over-hand locking: each list node has a lock, and the next one is taken before the last
 * is released, always towards the end. So nodes may be removed while others walk.
 */
#include <assert.h>
#include "../parallel.h"

struct node {
	pthread_mutex_t lock;
	struct node *next;
	int key;
};

static struct node head = { .lock = PTHREAD_MUTEX_INITIALIZER };

static struct node *node_new(int key, struct node *next)
{
	struct node *node = malloc(sizeof(*node));

	assert(node);
	pthread_mutex_init(&node->lock, NULL);
	node->key = key;
	node->next = next;
	return node;
}

static int list_remove(int key)
{
	struct node *before = &head, *node;

	pthread_mutex_lock(&before->lock);
	while ((node = before->next)) {
		pthread_mutex_lock(&node->lock);
		if (node->key == key)
			break;
		pthread_mutex_unlock(&before->lock);
		before = node;
	}
	if (node)
		before->next = node->next;
	pthread_mutex_unlock(&before->lock);
	if (!node)
		return 0;
	pthread_mutex_unlock(&node->lock);
	pthread_mutex_destroy(&node->lock);
	free(node);
	return 1;
}

static void *work(void *argument)
{
	assert(list_remove(number_of(argument) + 1) == 1);
	assert(list_remove(77) == 0);
	return NULL;
}

int main(void)
{
	head.next = node_new(1, node_new(2, node_new(3, NULL)));
	parallel(3, work);
	assert(!head.next);
	return 0;
}
