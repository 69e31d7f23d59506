/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Memory allocated by the producer goes through a locked queue and is freed by the consumer;
 * the allocator gives it out again at once. The queue orders all of it.
 */
#include <assert.h>
#include <string.h>
#include "../parallel.h"

#define MESSAGES 4

struct message {
	struct message *next;
	char text[24];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static struct message *first;

static void *produce(void *unused)
{
	for (int i = 0; i < MESSAGES; i++) {
		struct message *message = malloc(sizeof(*message));

		assert(message);
		memset(message->text, 'a' + i, sizeof(message->text));
		pthread_mutex_lock(&lock);
		message->next = first;
		first = message;
		pthread_cond_signal(&filled);
		pthread_mutex_unlock(&lock);
	}
	return unused;
}

static void *consume(void *unused)
{
	for (int i = 0; i < MESSAGES; i++) {
		pthread_mutex_lock(&lock);
		while (!first)
			pthread_cond_wait(&filled, &lock);
		struct message *message = first;

		first = message->next;
		pthread_mutex_unlock(&lock);
		assert(message->text[0] == message->text[23]);
		free(message);
	}
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
