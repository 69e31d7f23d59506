/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Order violation: events that come before the handler is registered are lost. Needs 1 placed
 * switch.
 */
#include "program.h"

static void (*_Atomic handler)(void);
static atomic_int handled;

static void handle(void)
{
	atomic_fetch_add(&handled, 1);
}

static void *deliver(void *argument)
{
	void (*now)(void) = atomic_load(&handler);

	(void)argument;
	if (now)
		now();
	return NULL;
}

int main(void)
{
	pthread_t device;

#ifdef FIXED
	atomic_store(&handler, handle);
#endif
	device = start(deliver, 0);
#ifndef FIXED
	atomic_store(&handler, handle);
#endif
	join(device);
	assert(handled == 1);
	return 0;
}
