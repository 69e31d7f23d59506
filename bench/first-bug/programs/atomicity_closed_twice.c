/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Atomicity violation: two threads find the file open and both close it. Needs 1 placed switch.
 */
#include "program.h"

static bool is_open = true;
static atomic_int closed;

static void *finish(void *argument)
{
	(void)argument;
	lock_if_fixed();
	if (is_open) {
		is_open = false;
		atomic_fetch_add(&closed, 1);
	}
	unlock_if_fixed();
	return NULL;
}

int main(void)
{
	run_threads(3, finish);
	assert(closed == 1);
	return 0;
}
