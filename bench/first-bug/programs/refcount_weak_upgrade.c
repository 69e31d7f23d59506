/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reference count: a weak reference is made a strong one in two steps, and the last strong one
 * goes away in between. Needs 1 placed switch.
 */
#include "program.h"

static atomic_int strong = 1;
static int *object;

static bool upgrade(void)
{
	int seen = atomic_load(&strong);

#ifdef FIXED
	while (seen > 0)
		if (atomic_compare_exchange_strong(&strong, &seen, seen + 1))
			return true;
	return false;
#else
	if (seen == 0)
		return false;
	atomic_fetch_add(&strong, 1);
	return true;
#endif
}

static void release(void)
{
	if (atomic_fetch_sub(&strong, 1) == 1)
		__atomic_store_n(&object, NULL, __ATOMIC_SEQ_CST);
}

static void *use_weak(void *argument)
{
	if (upgrade()) {
		int *seen = __atomic_load_n(&object, __ATOMIC_SEQ_CST);

		assert(seen && *seen == 5);
		release();
	}
	return argument;
}

static void *drop_strong(void *argument)
{
	release();
	return argument;
}

int main(void)
{
	static int value = 5;

	object = &value;
	run_two(use_weak, drop_strong);
	return 0;
}
