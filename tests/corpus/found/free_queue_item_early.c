/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: use-after-free within 50 executions
 * The producer logs the message that it has put into the queue already: the consumer may have
 * freed it. Twin: silent/queue_memory.c
 */
#include "../parallel.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static int *item;

static void *produce(void *unused)
{
	int *message = malloc(sizeof(*message));

	if (!message)
		abort();
	*message = 4;
	pthread_mutex_lock(&lock);
	item = message;
	pthread_cond_signal(&filled);
	pthread_mutex_unlock(&lock);
	return *message == 4 ? unused : &lock;
}

static void *consume(void *unused)
{
	pthread_mutex_lock(&lock);
	while (!item)
		pthread_cond_wait(&filled, &lock);
	free(item);
	pthread_mutex_unlock(&lock);
	return unused;
}

int main(void)
{
	pthread_t producer = start(produce, NULL);
	pthread_t consumer = start(consume, NULL);

	finish(producer);
	finish(consumer);
	return 0;
}
