/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 50 executions
 * An exit handler clears what a detached thread still works with.
 */
#include <stdlib.h>
#include "../parallel.h"

static int table[4];

static void clear(void)
{
	for (int i = 0; i < 4; i++)
		table[i] = 0;
}

static void *work(void *unused)
{
	for (int i = 0; i < 4; i++)
		table[i]++;
	return unused;
}

int main(void)
{
	atexit(clear);
	pthread_detach(start(work, NULL));
	return 0;
}
