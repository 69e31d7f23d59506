/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Order violation: a thread uses what its creator sets only after creating it. Needs 1 placed
 * switch, right after the creation.
 */
#include "program.h"

static int *shared;

static void *use(void *argument)
{
	(void)argument;
	(*shared)++;
	return NULL;
}

int main(void)
{
	static int value;
	pthread_t thread;

#ifdef FIXED
	shared = &value;
#endif
	thread = start(use, 0);
#ifndef FIXED
	shared = &value;
#endif
	join(thread);
	return 0;
}
