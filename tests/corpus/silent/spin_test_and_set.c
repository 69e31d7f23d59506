/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A test-and-set lock: whoever finds the flag clear has the lock. Acquire on the way in,
 * release on the way out.
 */
#include <assert.h>
#include <stdatomic.h>
#include "../parallel.h"

static atomic_flag locked = ATOMIC_FLAG_INIT;
static int counter;

static void *work(void *unused)
{
	for (int i = 0; i < 3; i++) {
		while (atomic_flag_test_and_set_explicit(&locked, memory_order_acquire))
			;
		counter++;
		atomic_flag_clear_explicit(&locked, memory_order_release);
	}
	return unused;
}

int main(void)
{
	parallel(3, work);
	assert(counter == 9);
	return 0;
}
