/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 10 executions
 * A list is walked while a node's value is changed, and only the list itself has a lock.
 */
#include "../parallel.h"

struct node {
	struct node *next;
	int value;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct node *list;

static struct node *list_first(void)
{
	pthread_mutex_lock(&lock);
	struct node *first = list;
	pthread_mutex_unlock(&lock);
	return first;
}

static void *work(void *unused)
{
	list_first()->value++;
	return unused;
}

int main(void)
{
	list = calloc(1, sizeof(*list));
	if (!list)
		return 2;
	parallel(2, work);
	free(list);
	return 0;
}
