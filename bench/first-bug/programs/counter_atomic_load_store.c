/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lost update of an atomic: a load and a store in place of one addition. Needs 1 placed switch.
 */
#include "program.h"

static atomic_int hits;

static void *hit(void *argument)
{
	(void)argument;
	for (int i = 0; i < 2; i++)
#ifdef FIXED
		atomic_fetch_add(&hits, 1);
#else
		atomic_store(&hits, atomic_load(&hits) + 1);
#endif
	return NULL;
}

int main(void)
{
	run_threads(2, hit);
	assert(atomic_load(&hits) == 4);
	return 0;
}
