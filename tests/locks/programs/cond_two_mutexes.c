/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: lock-misuse, cond-two-mutexes: two threads wait for one thing, each with its own
 * lock. */
#include <pthread.h>
#include <stddef.h>

static pthread_mutex_t locks[2] = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER };
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int ready;

static void *wait_for_it(void *lock)
{
	pthread_mutex_lock(lock);
	while (!__atomic_load_n(&ready, __ATOMIC_ACQUIRE))
		pthread_cond_wait(&changed, lock);
	pthread_mutex_unlock(lock);
	return NULL;
}

static void tell(pthread_mutex_t *lock)
{
	pthread_mutex_lock(lock);
	__atomic_store_n(&ready, 1, __ATOMIC_RELEASE);
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(lock);
}

int main(void)
{
	pthread_t threads[2];

	for (int i = 0; i < 2; i++) {
#ifdef FIXED
		pthread_mutex_t *lock = &locks[0];
#else
		pthread_mutex_t *lock = &locks[i];
#endif
		if (pthread_create(&threads[i], NULL, wait_for_it, lock))
			return 1;
	}
	tell(&locks[0]);
	tell(&locks[1]);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	/* One after the other, waits with different mutexes are allowed. */
	wait_for_it(&locks[0]);
	wait_for_it(&locks[1]);
	return 0;
}
