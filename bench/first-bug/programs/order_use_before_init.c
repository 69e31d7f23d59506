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
	pthread_t thread = start(use, 0);

	shared = &value;
	join(thread);
	return 0;
}
