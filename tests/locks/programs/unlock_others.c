/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: lock-misuse, unlock-others: a thread unlocks what main locked for it. */
#include <pthread.h>
#include <semaphore.h>
#include <stddef.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static sem_t done;

static void *finish(void *unused)
{
#ifdef FIXED
	sem_post(&done);
#else
	pthread_mutex_unlock(&lock);
#endif
	return unused;
}

int main(void)
{
	pthread_t thread;

	sem_init(&done, 0, 0);
	pthread_mutex_lock(&lock);
	if (pthread_create(&thread, NULL, finish, NULL))
		return 1;
#ifdef FIXED
	sem_wait(&done);
	pthread_mutex_unlock(&lock);
#endif
	pthread_join(thread, NULL);
	return 0;
}
