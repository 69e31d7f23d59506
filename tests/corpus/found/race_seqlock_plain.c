/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 30 executions
 * A sequence lock around a plain payload: the reader throws torn values away, but its reads
 * race with the writer all the same. Twin: silent/seqlock_atomic.c
 */
#include <stdatomic.h>
#include "../parallel.h"

static atomic_uint sequence;
static int payload;

static void *change(void *unused)
{
	atomic_fetch_add(&sequence, 1);
	payload++;
	atomic_fetch_add(&sequence, 1);
	return unused;
}

static void *look(void *unused)
{
	unsigned int before;
	int seen;

	do {
		before = atomic_load(&sequence);
		seen = payload;
	} while (before % 2 || before != atomic_load(&sequence));
	return seen > 1 ? &payload : unused;
}

int main(void)
{
	pthread_t writer = start(change, NULL);
	pthread_t reader = start(look, NULL);

	finish(writer);
	finish(reader);
	return 0;
}
