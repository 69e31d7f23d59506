/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 50 executions of auto
 * A release fence in front of a relaxed store publishes; without the acquire fence behind the
 * relaxed load nothing is received. gcc warns that its ThreadSanitizer does not know fences.
 */
#include <pthread.h>
#include <stdatomic.h>

static int message;
static atomic_int ready;

static void *send(void *unused)
{
	message = 1;
	atomic_thread_fence(memory_order_release);
	atomic_store_explicit(&ready, 1, memory_order_relaxed);
	return unused;
}

static void *receive(void *unused)
{
	if (!atomic_load_explicit(&ready, memory_order_relaxed))
		return unused;
#ifdef FIXED
	atomic_thread_fence(memory_order_acquire);
#endif
	message++;
	return unused;
}

int main(void)
{
	pthread_t sender, receiver;

	pthread_create(&sender, NULL, send, NULL);
	pthread_create(&receiver, NULL, receive, NULL);
	pthread_join(sender, NULL);
	pthread_join(receiver, NULL);
	return 0;
}
