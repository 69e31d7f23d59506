/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Timer: the canceller does not wait for a callback that has begun, and takes away what it
 * works on. Needs the timer to fire and 1 placed switch.
 */
#include "program.h"

MUTEX(mutex);
static atomic_bool is_cancelled, has_context = true;

static void *run_timer(void *argument)
{
	const struct timespec delay = { .tv_nsec = 1000000 };

	nanosleep(&delay, NULL);
#ifdef FIXED
	lock(&mutex);
#endif
	if (!atomic_load(&is_cancelled))
		assert(atomic_load(&has_context));
#ifdef FIXED
	unlock(&mutex);
#endif
	return argument;
}

static void *cancel(void *argument)
{
	const struct timespec delay = { .tv_nsec = 100000 };

	nanosleep(&delay, NULL);
	lock(&mutex);
	atomic_store(&is_cancelled, true);
	atomic_store(&has_context, false);
	unlock(&mutex);
	return argument;
}

int main(void)
{
	run_two(run_timer, cancel);
	return 0;
}
