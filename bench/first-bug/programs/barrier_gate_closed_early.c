/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Barrier of one's own: the gate is closed again as soon as somebody went through; who was
 * slower stays outside for ever. Needs 2 placed switches.
 */
#include "program.h"

#define MEMBERS 2

MUTEX(mutex);
COND(opened);
COND(passed);
static bool is_open;
static int through;

static void *go_through(void *argument)
{
	lock(&mutex);
	while (!is_open)
		pthread_cond_wait(&opened, &mutex);
	through++;
	pthread_cond_signal(&passed);
	unlock(&mutex);
	return argument;
}

int main(void)
{
	pthread_t first = start(go_through, 0);
	pthread_t second = start(go_through, 1);

	lock(&mutex);
	is_open = true;
	pthread_cond_broadcast(&opened);
#ifdef FIXED
	while (through < MEMBERS)
#else
	while (through == 0)
#endif
		pthread_cond_wait(&passed, &mutex);
	is_open = false;
	unlock(&mutex);
	join(first);
	join(second);
	return 0;
}
