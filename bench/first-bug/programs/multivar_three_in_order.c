/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Three variables: the reader must find them in order, and the writers change them one by one.
 * Needs 2 placed switches.
 */
#include "program.h"

static atomic_int low, middle, high;

static void *raise(void *argument)
{
	(void)argument;
	lock_if_fixed();
	atomic_store(&high, 2);
	atomic_store(&middle, 2);
	atomic_store(&low, 2);
	unlock_if_fixed();
	return NULL;
}

static void *check(void *argument)
{
	int h, l;

	(void)argument;
	lock_if_fixed();
	h = atomic_load(&high);
	l = atomic_load(&low);
	unlock_if_fixed();
	assert(l <= h);
	return NULL;
}

int main(void)
{
	run_two(check, raise);
	return 0;
}
