/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: deadlock within 200 executions
 * Three who each take the left fork and then wait for the right one.
 * Twin: silent/philosophers_ordered.c
 */
#include "../parallel.h"

#define PLACES 3

static pthread_mutex_t forks[PLACES] = {
	PTHREAD_MUTEX_INITIALIZER,
	PTHREAD_MUTEX_INITIALIZER,
	PTHREAD_MUTEX_INITIALIZER,
};

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
	parallel(PLACES, dine);
	return 0;
}
