/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 200 executions of auto
 * Each thread holds a lock, but not the same one. A third, taken in passing, hides it from
 * whoever looks at one schedule only.
 */
#include <pthread.h>

static pthread_mutex_t mine = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t yours = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t unrelated = PTHREAD_MUTEX_INITIALIZER;
static int shared, statistics;

static void *first(void *unused)
{
	pthread_mutex_lock(&mine);
	shared++;
	pthread_mutex_unlock(&mine);
	pthread_mutex_lock(&unrelated);
	statistics++;
	pthread_mutex_unlock(&unrelated);
	return unused;
}

static void *second(void *unused)
{
#ifdef FIXED
	pthread_mutex_t *lock = &mine;
#else
	pthread_mutex_t *lock = &yours;
#endif

	pthread_mutex_lock(&unrelated);
	statistics++;
	pthread_mutex_unlock(&unrelated);
	pthread_mutex_lock(lock);
	shared++;
	pthread_mutex_unlock(lock);
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	pthread_create(&threads[0], NULL, first, NULL);
	pthread_create(&threads[1], NULL, second, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return pthread_mutex_trylock(&yours);
}
