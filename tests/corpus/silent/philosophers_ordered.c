/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Dining philosophers who all take the fork with the lower number first: there is no cycle,
 * neither in what happens nor in the order of locks.
 */
#include <assert.h>
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
	int low = left < right ? left : right, high = left + right - low;

	for (int meal = 0; meal < 2; meal++) {
		pthread_mutex_lock(&forks[low]);
		pthread_mutex_lock(&forks[high]);
		uses[left]++;
		uses[right]++;
		pthread_mutex_unlock(&forks[high]);
		pthread_mutex_unlock(&forks[low]);
	}
	return NULL;
}

int main(void)
{
	parallel(PLACES, dine);
	for (int i = 0; i < PLACES; i++)
		assert(uses[i] == 4);
	return 0;
}
