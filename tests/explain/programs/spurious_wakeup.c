/* SPDX-License-Identifier: Apache-2.0 */
/* EXPLAIN: spurious-wakeup of ready. The wait is no loop: POSIX lets it return unsignalled. */
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ready = PTHREAD_COND_INITIALIZER;
static int value;

static void *use(void *unused)
{
	pthread_mutex_lock(&lock);
#ifdef FIXED
	while (value == 0)
#else
	if (value == 0)
#endif
		pthread_cond_wait(&ready, &lock);
	assert(value == 7);
	pthread_mutex_unlock(&lock);
	return unused;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, use, NULL);
	pthread_mutex_lock(&lock);
	value = 7;
	pthread_cond_signal(&ready);
	pthread_mutex_unlock(&lock);
	pthread_join(thread, NULL);
	return 0;
}
