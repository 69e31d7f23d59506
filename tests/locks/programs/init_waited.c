/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: lock-misuse, init-waited: a semaphore is initialised again while a thread waits. */
#include <pthread.h>
#include <semaphore.h>
#include <stddef.h>

static sem_t slots, waiting;

static void *take(void *unused)
{
	sem_post(&waiting);
	sem_wait(&slots);
	return unused;
}

int main(void)
{
	pthread_t thread;

	sem_init(&waiting, 0, 0);
	sem_init(&slots, 0, 0);
	if (pthread_create(&thread, NULL, take, NULL))
		return 1;
	sem_wait(&waiting);
#ifdef FIXED
	sem_post(&slots);
	pthread_join(thread, NULL);
	/* Nobody uses it: that it was not destroyed before is no harm done. */
	sem_init(&slots, 0, 1);
#else
	sem_init(&slots, 0, 0);
	sem_post(&slots);
	pthread_join(thread, NULL);
#endif
	return 0;
}
