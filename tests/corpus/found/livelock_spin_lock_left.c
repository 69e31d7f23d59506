/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: livelock within 50 executions
 * An early return leaves a spin lock held.
 */
#include <stdatomic.h>
#include "../parallel.h"

static atomic_flag locked = ATOMIC_FLAG_INIT;
static int counter;

static int count(int limit)
{
	while (atomic_flag_test_and_set(&locked))
		;
	if (counter >= limit)
		return -1; /* still locked */
	counter++;
	atomic_flag_clear(&locked);
	return 0;
}

static void *work(void *unused)
{
	count(1);
	return unused;
}

int main(void)
{
	parallel(3, work);
	return 0;
}
