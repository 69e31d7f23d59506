/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lost update: a compare-exchange that fails is not tried again. Needs 1 placed switch.
 */
#include "program.h"

static atomic_int total;

static void *add(void *argument)
{
	int seen = atomic_load(&total);

#ifdef FIXED
	while (!atomic_compare_exchange_strong(&total, &seen, seen + number_of(argument) + 1))
		;
#else
	atomic_compare_exchange_strong(&total, &seen, seen + number_of(argument) + 1);
#endif
	return NULL;
}

int main(void)
{
	run_threads(3, add);
	assert(atomic_load(&total) == 6);
	return 0;
}
