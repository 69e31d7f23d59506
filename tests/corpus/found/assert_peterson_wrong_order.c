/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: assertion within 200 executions
 * Peterson's lock with the two stores of the entry exchanged. Twin: silent/peterson.c
 */
#include <assert.h>
#include <stdatomic.h>
#include "../parallel.h"

static atomic_int wants[2], turn, inside;

static void *work(void *argument)
{
	int self = number_of(argument), other = 1 - self;

	atomic_store(&turn, other);
	atomic_store(&wants[self], 1);
	while (atomic_load(&wants[other]) && atomic_load(&turn) == other)
		;
	assert(atomic_fetch_add(&inside, 1) == 0);
	atomic_fetch_sub(&inside, 1);
	atomic_store(&wants[self], 0);
	return NULL;
}

int main(void)
{
	parallel(2, work);
	return 0;
}
