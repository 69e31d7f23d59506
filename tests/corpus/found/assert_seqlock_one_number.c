/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: assertion within 100 executions
 * A sequence lock whose writer raises the number only once, at the end: a reader in the middle
 * of the writing sees an even number twice. Twin: silent/seqlock_atomic.c
 */
#include <assert.h>
#include <stdatomic.h>
#include "../parallel.h"

static atomic_uint sequence;
static atomic_int left, right;

static void *change(void *unused)
{
	atomic_store(&left, 4);
	atomic_store(&right, -4);
	atomic_fetch_add(&sequence, 2);
	return unused;
}

static void *look(void *unused)
{
	unsigned int before;
	int l, r;

	do {
		before = atomic_load(&sequence);
		l = atomic_load(&left);
		r = atomic_load(&right);
	} while (before % 2 || before != atomic_load(&sequence));
	assert(l == -r);
	return unused;
}

int main(void)
{
	pthread_t writer = start(change, NULL);
	pthread_t reader = start(look, NULL);

	finish(writer);
	finish(reader);
	return 0;
}
