/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: lock-misuse, destroy-held: the owner of a queue destroys its lock before the unlock.
 */
#include <pthread.h>
#include <stdlib.h>

struct queue {
	pthread_mutex_t lock;
	int length;
};

int main(void)
{
	struct queue *queue = calloc(1, sizeof(*queue));

	if (!queue)
		return 1;
	pthread_mutex_init(&queue->lock, NULL);
	pthread_mutex_lock(&queue->lock);
	queue->length = 0;
#ifdef FIXED
	pthread_mutex_unlock(&queue->lock);
#endif
	pthread_mutex_destroy(&queue->lock);
	free(queue);
	return 0;
}
