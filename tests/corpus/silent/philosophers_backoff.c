/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Dining philosophers who take the right fork only if it is free, and otherwise put the left
 * one back and let others go first. The locks are taken in a cycle, but nobody waits in it.
 */
#include <assert.h>
#include <sched.h>
#include "../parallel.h"

#define PLACES 3

static pthread_mutex_t forks[PLACES] = {
	PTHREAD_MUTEX_INITIALIZER,
	PTHREAD_MUTEX_INITIALIZER,
	PTHREAD_MUTEX_INITIALIZER,
};
static int uses[PLACES];

static void *dine(void *argument)
{
	int left = number_of(argument), right = (left + 1) % PLACES;

	for (;;) {
		pthread_mutex_lock(&forks[left]);
		if (pthread_mutex_trylock(&forks[right]) == 0)
			break;
		pthread_mutex_unlock(&forks[left]);
		sched_yield();
	}
	uses[left]++;
	uses[right]++;
	pthread_mutex_unlock(&forks[right]);
	pthread_mutex_unlock(&forks[left]);
	return NULL;
}

int main(void)
{
	parallel(PLACES, dine);
	for (int i = 0; i < PLACES; i++)
		assert(uses[i] == 2);
	return 0;
}
