/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lost update: two threads add one to the same variable. Needs 1 placed switch, between the
 * read and the write.
 */
#include "program.h"

static int count;

static void *add(void *argument)
{
	(void)argument;
	lock_if_fixed();
	count++;
	unlock_if_fixed();
	return NULL;
}

int main(void)
{
	run_threads(2, add);
	assert(count == 2);
	return 0;
}
