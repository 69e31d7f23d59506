/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 20 executions
 * The byte that says "ready" goes into the pipe before the data is written.
 * Twin: silent/pipe_handover.c
 */
#include <unistd.h>
#include "../parallel.h"

static int ends[2];
static int data;

static void *send(void *unused)
{
	if (write(ends[1], "x", 1) != 1)
		abort();
	data = 1;
	return unused;
}

int main(void)
{
	char byte;

	if (pipe(ends))
		return 2;
	pthread_t sender = start(send, NULL);

	if (read(ends[0], &byte, 1) != 1)
		return 2;
	int seen = data;
	finish(sender);
	return seen > 1;
}
