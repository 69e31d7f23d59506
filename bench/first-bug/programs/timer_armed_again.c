/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Timer: the callback of a periodic timer arms it again after it was disarmed, for it looked
 * before. Needs 1 placed switch.
 */
#include "program.h"

MUTEX(mutex);
static atomic_bool is_stopped, is_armed = true;

static void *fire(void *argument)
{
	const struct timespec period = { .tv_nsec = 2000000 };

	for (int i = 0; i < 2 && atomic_load(&is_armed); i++) {
		nanosleep(&period, NULL);
#ifdef FIXED
		lock(&mutex);
		if (!atomic_load(&is_stopped))
			atomic_store(&is_armed, true);
		unlock(&mutex);
#else
		if (!atomic_load(&is_stopped))
			atomic_store(&is_armed, true);
#endif
	}
	return argument;
}

static void *stop(void *argument)
{
	const struct timespec delay = { .tv_nsec = 1000000 };

	nanosleep(&delay, NULL);
	lock(&mutex);
	atomic_store(&is_stopped, true);
	atomic_store(&is_armed, false);
	unlock(&mutex);
	return argument;
}

int main(void)
{
	run_two(fire, stop);
	assert(!is_armed);
	return 0;
}
