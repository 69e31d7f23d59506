/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Order violation: the owner frees a buffer when the worker has said that it is nearly done.
 * Needs 1 placed switch after the post.
 */
#include "program.h"

static sem_t done;
static int *result;

static void *work(void *argument)
{
	(void)argument;
	*result = 1;
#ifndef FIXED
	sem_post(&done);
#endif
	*result += 1;
#ifdef FIXED
	sem_post(&done);
#endif
	return NULL;
}

int main(void)
{
	pthread_t thread;

	sem_init(&done, 0, 0);
	result = malloc(sizeof(*result));
	thread = start(work, 0);
	sem_wait(&done);
	free(result);
	join(thread);
	return 0;
}
