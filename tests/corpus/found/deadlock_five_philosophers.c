/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: deadlock within 1000 executions
 * Five who each take the left fork and then wait for the right one: all five must do it at
 * once.
 */
#include "../parallel.h"

#define PLACES 5

static pthread_mutex_t forks[PLACES];

static void *dine(void *argument)
{
	int left = number_of(argument), right = (left + 1) % PLACES;

	pthread_mutex_lock(&forks[left]);
	pthread_mutex_lock(&forks[right]);
	pthread_mutex_unlock(&forks[right]);
	pthread_mutex_unlock(&forks[left]);
	return NULL;
}

int main(void)
{
	for (int i = 0; i < PLACES; i++)
		pthread_mutex_init(&forks[i], NULL);
	parallel(PLACES, dine);
	return 0;
}
