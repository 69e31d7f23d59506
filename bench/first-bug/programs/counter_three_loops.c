/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lost update: three threads add one five times each. Needs 1 placed switch.
 */
#include "program.h"

static int count;

static void *add(void *argument)
{
	(void)argument;
	for (int i = 0; i < 5; i++) {
		lock_if_fixed();
		count++;
		unlock_if_fixed();
	}
	return NULL;
}

int main(void)
{
	run_threads(3, add);
	assert(count == 15);
	return 0;
}
