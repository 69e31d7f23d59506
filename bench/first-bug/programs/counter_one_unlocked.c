/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lost update: all but one of the places that change the counter take the lock. Needs 1 placed
 * switch.
 */
#include "program.h"

MUTEX(mutex);
static int requests;

static void *serve(void *argument)
{
	(void)argument;
	for (int i = 0; i < 4; i++) {
		lock(&mutex);
		requests++;
		unlock(&mutex);
	}
	return NULL;
}

static void *probe(void *argument)
{
	(void)argument;
#ifdef FIXED
	lock(&mutex);
#endif
	requests++;
#ifdef FIXED
	unlock(&mutex);
#endif
	return NULL;
}

int main(void)
{
	pthread_t server = start(serve, 0);
	pthread_t other = start(serve, 1);
	pthread_t prober = start(probe, 2);

	join(server);
	join(other);
	join(prober);
	assert(requests == 9);
	return 0;
}
