/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CASE: LOST looks at the flag before it locks, so that the signal may come in between; FIXED
 * looks with the lock held; NEVER waits in vain whatever is signalled, which no order repairs.
 * SEMAPHORE forgets a post, which is no lost wakeup.
 */
#include <pthread.h>
#include <semaphore.h>
#include <stddef.h>

enum { LOST, REPAIRED, NEVER, SEMAPHORE };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static sem_t slots;
static int ready;

static void *tell(void *unused)
{
	pthread_mutex_lock(&lock);
	__atomic_store_n(&ready, 1, __ATOMIC_RELEASE);
	pthread_cond_signal(&changed);
	pthread_mutex_unlock(&lock);
	return unused;
}

static void wait_for_it(void)
{
	int seen = __atomic_load_n(&ready, __ATOMIC_ACQUIRE);

	pthread_mutex_lock(&lock);
	if (CASE == REPAIRED)
		seen = __atomic_load_n(&ready, __ATOMIC_ACQUIRE);
	if (CASE == NEVER || !seen)
		pthread_cond_wait(&changed, &lock);
	if (CASE == NEVER)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
}

int main(void)
{
	pthread_t thread;

	sem_init(&slots, 0, 1);
	if (pthread_create(&thread, NULL, tell, NULL))
		return 1;
	wait_for_it();
	if (CASE == SEMAPHORE) {
		sem_wait(&slots);
		sem_post(&slots);
		sem_wait(&slots);
		sem_wait(&slots);
	}
	pthread_join(thread, NULL);
	return 0;
}
