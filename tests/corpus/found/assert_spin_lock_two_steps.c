/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: assertion within 100 executions
 * A spin lock that looks and takes in two steps: two threads may pass. Twin:
 * silent/spin_test_and_set.c
 */
#include <assert.h>
#include <stdatomic.h>
#include "../parallel.h"

static atomic_int locked, inside;

static void *work(void *unused)
{
	while (atomic_load(&locked))
		;
	atomic_store(&locked, 1);
	assert(atomic_fetch_add(&inside, 1) == 0);
	atomic_fetch_sub(&inside, 1);
	atomic_store(&locked, 0);
	return unused;
}

int main(void)
{
	parallel(2, work);
	return 0;
}
