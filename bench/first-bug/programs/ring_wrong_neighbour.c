/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Token ring: all members wait for one condition, and who passes the token on signals only one
 * of them, which may not be the next. All wait in the end.
 */
#include "program.h"

#define MEMBERS 3

MUTEX(mutex);
COND(moved);
static int token;

static void *take_part(void *argument)
{
	int me = number_of(argument);

	lock(&mutex);
	while (token != me)
		pthread_cond_wait(&moved, &mutex);
	token++;
#ifdef FIXED
	pthread_cond_broadcast(&moved);
#else
	pthread_cond_signal(&moved);
#endif
	unlock(&mutex);
	return NULL;
}

int main(void)
{
	run_threads(MEMBERS, take_part);
	assert(token == MEMBERS);
	return 0;
}
