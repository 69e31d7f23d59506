/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two variables that belong together, each under a lock of its own. Needs 1 placed switch.
 */
#include "program.h"

MUTEX(hours_lock);
MUTEX(minutes_lock);
static int hours = 11, minutes = 59;

static void *tick(void *argument)
{
	(void)argument;
	lock_if_fixed();
	lock(&minutes_lock);
	minutes = 0;
	unlock(&minutes_lock);
	lock(&hours_lock);
	hours = 12;
	unlock(&hours_lock);
	unlock_if_fixed();
	return NULL;
}

static void *show(void *argument)
{
	int h, m;

	(void)argument;
	lock_if_fixed();
	lock(&hours_lock);
	h = hours;
	unlock(&hours_lock);
	lock(&minutes_lock);
	m = minutes;
	unlock(&minutes_lock);
	unlock_if_fixed();
	assert(h * 60 + m >= 11 * 60 + 59);
	return NULL;
}

int main(void)
{
	run_two(tick, show);
	return 0;
}
