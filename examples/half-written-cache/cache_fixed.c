/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 300 executions of auto
 * The repaired twin of cache.c: the entry is complete before anyone can find it.
 */
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

struct entry {
	const char *currency;
	double rate;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct entry cached;

static void fill(void)
{
	cached.currency = "EUR";
	cached.rate = 1.25;
}

static const struct entry *lookup(void)
{
	pthread_once(&once, fill);
	return &cached;
}

static void *convert(void *unused)
{
	const struct entry *entry = lookup();

	assert(entry->currency && entry->rate > 0);
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, convert, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
