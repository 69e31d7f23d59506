/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two variables that belong together: the reader sees one of them changed. Needs 1 placed
 * switch.
 */
#include "program.h"

static int first, second;

static void *write_both(void *argument)
{
	(void)argument;
	lock_if_fixed();
	first = 1;
	second = 1;
	unlock_if_fixed();
	return NULL;
}

static void *read_both(void *argument)
{
	(void)argument;
	lock_if_fixed();
	int a = first;
	int b = second;
	unlock_if_fixed();

	assert(a == b);
	return NULL;
}

int main(void)
{
	run_two(write_both, read_both);
	return 0;
}
