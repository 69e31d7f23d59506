/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Atomicity violation: a value that stands there only for a moment is seen. Needs 2 placed
 * switches: away after the first write, and back before the second.
 */
#include "program.h"

static int state = 1;

static void *update(void *argument)
{
	(void)argument;
	lock_if_fixed();
	state = -1;
	state = 2;
	unlock_if_fixed();
	return NULL;
}

static void *watch(void *argument)
{
	(void)argument;
	lock_if_fixed();
	assert(state > 0);
	unlock_if_fixed();
	return NULL;
}

int main(void)
{
	run_two(update, watch);
	return 0;
}
