/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: assertion within 100 executions of auto
 * The first to ask for the exchange rate fills the cache. The entry is published before it is
 * complete: another thread may find it and use a rate that isn't there yet.
 */
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

struct entry {
	const char *currency;
	double rate;
};

static struct entry storage;
static struct entry *cached;

static const struct entry *lookup(void)
{
	if (!cached) {
		cached = &storage;
		cached->currency = "EUR";
		cached->rate = 1.25;
	}
	return cached;
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
