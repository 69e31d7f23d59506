/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Needs switches in three threads: each must be stopped between its two steps, while the next
 * one does its first.
 */
#include "program.h"

static atomic_int ready[3], broken;

/* The first step shows for a while what the second takes back, if the one before shows it too.
 */
static void *step(void *argument)
{
	int me = number_of(argument);

	lock_if_fixed();
	if (me == 0 || atomic_load(&ready[me - 1])) {
		atomic_store(&ready[me], 1);
		if (me == 2)
			atomic_store(&broken, 1);
		atomic_store(&ready[me], 0);
	}
	unlock_if_fixed();
	return NULL;
}

int main(void)
{
	pthread_t threads[3];

	/* The last first, so that the usual order shows nothing. */
	for (int i = 2; i >= 0; i--)
		threads[i] = start(step, i);
	for (int i = 0; i < 3; i++)
		join(threads[i]);
	assert(!broken);
	return 0;
}
