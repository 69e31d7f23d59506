/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reference count: who sees that it holds the only reference destroys; else it drops its own.
 * Two see two, and nobody destroys. Needs 1 placed switch.
 */
#include "program.h"

static atomic_int references = 2;
static atomic_int destroyed;

static void *release(void *argument)
{
#ifdef FIXED
	if (atomic_fetch_sub(&references, 1) == 1)
		atomic_fetch_add(&destroyed, 1);
#else
	if (atomic_load(&references) == 1)
		atomic_fetch_add(&destroyed, 1);
	else
		atomic_fetch_sub(&references, 1);
#endif
	return argument;
}

int main(void)
{
	run_two(release, release);
	assert(destroyed == 1);
	return 0;
}
