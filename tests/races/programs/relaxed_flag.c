/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 50 executions of auto
 * A relaxed flag says that the message is there, but does not bring it along.
 */
#include <pthread.h>
#include <stdatomic.h>

#ifdef FIXED
#define PUBLISH memory_order_release
#define OBSERVE memory_order_acquire
#else
#define PUBLISH memory_order_relaxed
#define OBSERVE memory_order_relaxed
#endif

static int message;
static atomic_int ready;

static void *send(void *unused)
{
	message = 1;
	atomic_store_explicit(&ready, 1, PUBLISH);
	return unused;
}

static void *receive(void *unused)
{
	if (atomic_load_explicit(&ready, OBSERVE))
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
