/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Peterson's lock for two threads. It needs sequential consistency, which seq_cst atomics give;
 * with that, what is done under it is also in happens-before order.
 */
#include <assert.h>
#include <stdatomic.h>
#include "../parallel.h"

static atomic_int wants[2], turn;
static int counter;

static void *work(void *argument)
{
	int self = number_of(argument), other = 1 - self;

	for (int i = 0; i < 2; i++) {
		atomic_store(&wants[self], 1);
		atomic_store(&turn, other);
		while (atomic_load(&wants[other]) && atomic_load(&turn) == other)
			;
		counter++;
		atomic_store(&wants[self], 0);
	}
	return NULL;
}

int main(void)
{
	parallel(2, work);
	assert(counter == 4);
	return 0;
}
