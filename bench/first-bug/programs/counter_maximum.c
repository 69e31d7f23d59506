/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lost update of a maximum: the greater value is overwritten by a smaller one that was compared
 * with an older maximum. Needs 1 placed switch, and the greater value second.
 */
#include "program.h"

static int maximum;

static void *offer(void *argument)
{
	int value = 10 + number_of(argument);

	lock_if_fixed();
	if (value > maximum)
		maximum = value;
	unlock_if_fixed();
	return NULL;
}

int main(void)
{
	run_threads(3, offer);
	assert(maximum == 12);
	return 0;
}
