/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Atomicity violation: two reads of one variable in a row are taken to give the same. Needs 1
 * placed switch.
 */
#include "program.h"

static int mode;
static int used[2];

static void *work(void *argument)
{
	(void)argument;
	lock_if_fixed();
	used[0] = mode;
	used[1] = mode;
	unlock_if_fixed();
	assert(used[0] == used[1]);
	return NULL;
}

static void *change(void *argument)
{
	(void)argument;
	lock_if_fixed();
	mode = 1;
	unlock_if_fixed();
	return NULL;
}

int main(void)
{
	run_two(work, change);
	return 0;
}
