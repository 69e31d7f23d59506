/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Order violation: the main thread closes the log when it saw all workers counted in as
 * finished, which they say before their last line. Needs 1 placed switch.
 */
#include "program.h"

static atomic_int finished;
static atomic_bool closed;

static void log_line(void)
{
	assert(!atomic_load(&closed));
}

static void *work(void *argument)
{
	(void)argument;
	log_line();
#ifndef FIXED
	atomic_fetch_add(&finished, 1);
#endif
	log_line();
#ifdef FIXED
	atomic_fetch_add(&finished, 1);
#endif
	return NULL;
}

int main(void)
{
	pthread_t a = start(work, 0);
	pthread_t b = start(work, 1);

	while (atomic_load(&finished) < 2)
		sched_yield();
	atomic_store(&closed, true);
	join(a);
	join(b);
	return 0;
}
