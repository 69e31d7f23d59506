/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Dekker's lock for two threads, all seq_cst: who does not have the turn withdraws until it
 * does.
 */
#include <assert.h>
#include <stdatomic.h>
#include "../parallel.h"

static atomic_int wants[2], turn;
static int counter;

static void lock(int self)
{
	atomic_store(&wants[self], 1);
	while (atomic_load(&wants[1 - self])) {
		if (atomic_load(&turn) == self)
			continue;
		atomic_store(&wants[self], 0);
		while (atomic_load(&turn) != self)
			;
		atomic_store(&wants[self], 1);
	}
}

static void *work(void *argument)
{
	int self = number_of(argument);

	for (int i = 0; i < 2; i++) {
		lock(self);
		counter++;
		atomic_store(&turn, 1 - self);
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
