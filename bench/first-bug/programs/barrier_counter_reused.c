/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Barrier of one's own: the last to arrive sets the count to zero, and who is woken late finds
 * that somebody has arrived for the next phase already. It waits for ever. There is a
 * millisecond's work between the phases, so that one has to be very late.
 */
#include "program.h"

#define MEMBERS 2
#define PHASES 2

MUTEX(mutex);
COND(all_here);
static int arrived, phase;

static void meet(void)
{
	int mine;

	lock(&mutex);
	mine = phase;
	if (++arrived == MEMBERS) {
		arrived = 0;
		phase++;
		pthread_cond_broadcast(&all_here);
	}
#ifdef FIXED
	while (mine == phase)
#else
	while (arrived != 0)
#endif
		pthread_cond_wait(&all_here, &mutex);
	(void)mine;
	unlock(&mutex);
}

static void *work(void *argument)
{
	const struct timespec duration = { .tv_nsec = 1000000 };

	for (int i = 0; i < PHASES; i++) {
		nanosleep(&duration, NULL);
		meet();
	}
	return argument;
}

int main(void)
{
	run_threads(MEMBERS, work);
	return 0;
}
