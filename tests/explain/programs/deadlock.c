/* SPDX-License-Identifier: Apache-2.0 */
/* EXPLAIN: deadlock. Three philosophers, each with the fork to the left. */
#include <pthread.h>
#include <stddef.h>

static pthread_mutex_t forks[3] = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER,
	PTHREAD_MUTEX_INITIALIZER };

static void *dine(void *argument)
{
	long seat = (long)argument;
	long left = seat, right = (seat + 1) % 3;
#ifdef FIXED
	if (left > right) {
		left = right;
		right = seat;
	}
#endif

	pthread_mutex_lock(&forks[left]);
	pthread_mutex_lock(&forks[right]);
	pthread_mutex_unlock(&forks[right]);
	pthread_mutex_unlock(&forks[left]);
	return NULL;
}

int main(void)
{
	pthread_t threads[3];

	for (long i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, dine, (void *)i);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
