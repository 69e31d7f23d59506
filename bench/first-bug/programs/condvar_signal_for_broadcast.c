/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Condition variable: two threads wait for one event and a signal wakes only one of them. Needs
 * both to wait before the event.
 */
#include "program.h"

MUTEX(mutex);
COND(opened);
static bool is_open;

static void *enter(void *argument)
{
	lock(&mutex);
	while (!is_open)
		pthread_cond_wait(&opened, &mutex);
	unlock(&mutex);
	return argument;
}

int main(void)
{
	pthread_t first = start(enter, 0);
	pthread_t second = start(enter, 1);

	lock(&mutex);
	is_open = true;
#ifdef FIXED
	pthread_cond_broadcast(&opened);
#else
	pthread_cond_signal(&opened);
#endif
	unlock(&mutex);
	join(first);
	join(second);
	return 0;
}
