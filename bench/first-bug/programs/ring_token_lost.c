/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Token ring of two: a member hands the token on before it clears its own flag, and gets it
 * back in between: the clearing destroys it. Needs 2 placed switches.
 */
#include "program.h"

static atomic_int has[2] = { 1, 0 };

static void *pass_on(void *argument)
{
	int me = number_of(argument);

	while (!atomic_load(&has[me]))
		sched_yield();
#ifdef FIXED
	atomic_store(&has[me], 0);
	atomic_store(&has[1 - me], 1);
#else
	atomic_store(&has[1 - me], 1);
	atomic_store(&has[me], 0);
#endif
	return NULL;
}

int main(void)
{
	run_threads(2, pass_on);
	assert(has[0] + has[1] == 1);
	return 0;
}
