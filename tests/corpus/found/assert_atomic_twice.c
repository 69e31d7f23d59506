/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: assertion within 50 executions
 * An atomic variable, but the increment is a load and a store. Twin: silent/atomic_sizes.c
 */
#include <assert.h>
#include <stdatomic.h>
#include "../parallel.h"

static atomic_int counter;

static void *work(void *unused)
{
	atomic_store(&counter, atomic_load(&counter) + 1);
	return unused;
}

int main(void)
{
	parallel(2, work);
	assert(counter == 2);
	return 0;
}
