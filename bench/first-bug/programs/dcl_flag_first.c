/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Double-checked initialisation: the flag is set before the value is there, and another thread
 * goes by it. Needs 1 placed switch.
 */
#include "program.h"

MUTEX(mutex);
static atomic_bool is_ready;
static atomic_int value;

static int get(void)
{
	if (!atomic_load(&is_ready)) {
		lock(&mutex);
		if (!atomic_load(&is_ready)) {
#ifdef FIXED
			atomic_store(&value, 7);
			atomic_store(&is_ready, true);
#else
			atomic_store(&is_ready, true);
			atomic_store(&value, 7);
#endif
		}
		unlock(&mutex);
	}
	return atomic_load(&value);
}

static void *use(void *argument)
{
	assert(get() == 7);
	return argument;
}

int main(void)
{
	run_two(use, use);
	return 0;
}
