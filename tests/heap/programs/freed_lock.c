/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: use-after-free within 100 executions of auto
 * Who finds the queue empty frees it, with the lock in it that another thread still unlocks
 * later; not instrumented. FIXED: it is freed when all have ended.
 */
#include <pthread.h>
#include <stdlib.h>

struct queue {
	pthread_mutex_t lock;
	int left;
};

static void *take(void *argument)
{
	struct queue *queue = argument;
	int left;

	pthread_mutex_lock(&queue->lock);
	left = --queue->left;
	pthread_mutex_unlock(&queue->lock);
#ifndef FIXED
	if (left == 1)
		free(queue);
#else
	(void)left;
#endif
	return NULL;
}

int main(void)
{
	struct queue *queue = malloc(sizeof(*queue));
	pthread_t threads[2];

	pthread_mutex_init(&queue->lock, NULL);
	queue->left = 2;
	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, take, queue);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
#ifdef FIXED
	free(queue);
#endif
	return 0;
}
