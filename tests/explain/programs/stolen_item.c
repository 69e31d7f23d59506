/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPLAIN: stolen-signal of filled. The consumer that is woken knows that something was handed
 * over, and not that another, which never waited, has taken it meanwhile.
 */
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static int handed;
static int items;

static void *consume(void *unused)
{
	pthread_mutex_lock(&lock);
	if (items == 0 && !handed) {
#ifdef FIXED
		while (items == 0 && !handed)
#else
		while (!handed)
#endif
			pthread_cond_wait(&filled, &lock);
#ifdef FIXED
		if (items > 0)
#endif
			items--;
	}
	assert(items >= 0);
	pthread_mutex_unlock(&lock);
	return unused;
}

static void *poll(void *unused)
{
	pthread_mutex_lock(&lock);
	if (items > 0)
		items--;
	pthread_mutex_unlock(&lock);
	return unused;
}

int main(void)
{
	pthread_t consumer, poller;

	pthread_create(&consumer, NULL, consume, NULL);
	pthread_create(&poller, NULL, poll, NULL);
	pthread_mutex_lock(&lock);
	handed = items = 1;
	pthread_cond_signal(&filled);
	pthread_mutex_unlock(&lock);
	pthread_join(poller, NULL);
	pthread_join(consumer, NULL);
	return 0;
}
