/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Spin lock of one's own: it is tested and then set. Two get in. Needs 1 placed switch.
 */
#include "program.h"

static atomic_bool is_locked;
static atomic_int inside;

static void enter(void)
{
#ifdef FIXED
	while (atomic_exchange(&is_locked, true))
		sched_yield();
#else
	while (atomic_load(&is_locked))
		sched_yield();
	atomic_store(&is_locked, true);
#endif
}

static void *work(void *argument)
{
	enter();
	assert(atomic_fetch_add(&inside, 1) == 0);
	atomic_fetch_sub(&inside, 1);
	atomic_store(&is_locked, false);
	return argument;
}

int main(void)
{
	run_two(work, work);
	return 0;
}
