/* SPDX-License-Identifier: Apache-2.0 */
/* EXPLAIN: stolen-signal of changed. One condition variable for two conditions, one signal. */
#include <pthread.h>
#include <stddef.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int red, green;

static void wait_for(int *flag)
{
	pthread_mutex_lock(&lock);
	while (!*flag)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
}

static void set(int *flag)
{
	pthread_mutex_lock(&lock);
	*flag = 1;
#ifdef FIXED
	pthread_cond_broadcast(&changed);
#else
	pthread_cond_signal(&changed);
#endif
	pthread_mutex_unlock(&lock);
}

static void *wait_red(void *unused)
{
	wait_for(&red);
	set(&green);
	return unused;
}

static void *wait_green(void *unused)
{
	wait_for(&green);
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	pthread_create(&threads[0], NULL, wait_red, NULL);
	pthread_create(&threads[1], NULL, wait_green, NULL);
	set(&red);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
