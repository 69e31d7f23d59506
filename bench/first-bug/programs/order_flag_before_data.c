/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Order violation: the flag that says that the data is there is set before the data. Needs 1
 * placed switch.
 */
#include "program.h"

static atomic_int ready;
static atomic_int data;

static void *produce(void *argument)
{
	(void)argument;
#ifndef FIXED
	atomic_store(&ready, 1);
#endif
	atomic_store(&data, 42);
#ifdef FIXED
	atomic_store(&ready, 1);
#endif
	return NULL;
}

static void *consume(void *argument)
{
	(void)argument;
	if (atomic_load(&ready))
		assert(atomic_load(&data) == 42);
	return NULL;
}

int main(void)
{
	run_two(produce, consume);
	return 0;
}
