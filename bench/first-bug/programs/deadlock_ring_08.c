/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deadlock: eight threads in a ring each take their own lock and then their neighbour's. Needs
 * 7 placed switches.
 */
#include "program.h"

#define MEMBERS 8

static pthread_mutex_t locks[MEMBERS];

static void *eat(void *argument)
{
	int left = number_of(argument);
	int right = (left + 1) % MEMBERS;

#ifdef FIXED
	/* The lower number first. */
	if (right == 0) {
		right = left;
		left = 0;
	}
#endif
	lock(&locks[left]);
	lock(&locks[right]);
	unlock(&locks[right]);
	unlock(&locks[left]);
	return NULL;
}

int main(void)
{
	for (int i = 0; i < MEMBERS; i++)
		pthread_mutex_init(&locks[i], NULL);
	run_threads(MEMBERS, eat);
	return 0;
}
