/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: a cycle of three over forks[]; main only joins. */
#include "hang.h"

#include <stdint.h>

#define PHILOSOPHERS 3

static struct {
	pthread_mutex_t lock;
} forks[PHILOSOPHERS];

static void *dine(void *arg)
{
	size_t seat = (size_t)(uintptr_t)arg;

	pthread_mutex_lock(&forks[seat].lock);
	meet();
	pthread_mutex_lock(&forks[(seat + 1) % PHILOSOPHERS].lock);
	return NULL;
}

int main(void)
{
	pthread_t threads[PHILOSOPHERS];

	set_up(PHILOSOPHERS);
	for (uintptr_t i = 0; i < PHILOSOPHERS; i++)
		pthread_mutex_init(&forks[i].lock, NULL);
	for (uintptr_t i = 0; i < PHILOSOPHERS; i++)
		pthread_create(&threads[i], NULL, dine, (void *)i);
	announce();
	for (size_t i = 0; i < PHILOSOPHERS; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
