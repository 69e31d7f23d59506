/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: deadlock: nobody is left to signal the condition variable. */
#include "hang.h"

static pthread_mutex_t queue_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t queue_filled = PTHREAD_COND_INITIALIZER;

static void *consume(void *unused)
{
	pthread_mutex_lock(&queue_lock);
	for (;;)
		pthread_cond_wait(&queue_filled, &queue_lock);
	return unused;
}

int main(void)
{
	pthread_t consumer;

	pthread_cond_signal(&queue_filled);
	pthread_create(&consumer, NULL, consume, NULL);
	announce();
	pthread_join(consumer, NULL);
	return 0;
}
