/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Atomicity violation: a pointer is checked, and set to NULL by another thread before it is
 * used. Needs 1 placed switch; the program crashes.
 */
#include "program.h"

static int number = 7;
static int *connection = &number;

static void *use(void *argument)
{
	(void)argument;
	lock_if_fixed();
	if (connection)
		(*connection)++;
	unlock_if_fixed();
	return NULL;
}

static void *drop(void *argument)
{
	(void)argument;
	lock_if_fixed();
	connection = NULL;
	unlock_if_fixed();
	return NULL;
}

int main(void)
{
	run_two(use, drop);
	return 0;
}
