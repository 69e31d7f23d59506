/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reference count: a lookup takes a reference to an object whose count has just gone to zero
 * and which its owner is about to destroy. Needs 1 placed switch.
 */
#include "program.h"

static atomic_int references = 1;
static atomic_bool is_listed = true, is_destroyed;

static bool take_reference(void)
{
#ifdef FIXED
	int seen = atomic_load(&references);

	while (seen > 0)
		if (atomic_compare_exchange_strong(&references, &seen, seen + 1))
			return true;
	return false;
#else
	atomic_fetch_add(&references, 1);
	return true;
#endif
}

static void release(void)
{
	if (atomic_fetch_sub(&references, 1) != 1)
		return;
	atomic_store(&is_listed, false);
	atomic_store(&is_destroyed, true);
}

static void *look_up(void *argument)
{
	if (atomic_load(&is_listed) && take_reference()) {
		assert(!atomic_load(&is_destroyed));
		release();
	}
	return argument;
}

static void *drop(void *argument)
{
	release();
	return argument;
}

int main(void)
{
	run_two(look_up, drop);
	return 0;
}
