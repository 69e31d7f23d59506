/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: lock-misuse, destroy-waited: a condition variable goes while a thread waits for it.
 */
#include <pthread.h>
#include <stddef.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_cond_t stopped = PTHREAD_COND_INITIALIZER;
static int waiting, ready;

static void *wait_for_it(void *unused)
{
	pthread_mutex_lock(&lock);
	waiting = 1;
	pthread_cond_signal(&stopped);
	while (!ready)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
	return unused;
}

int main(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, wait_for_it, NULL))
		return 1;
	pthread_mutex_lock(&lock);
	while (!waiting)
		pthread_cond_wait(&stopped, &lock);
#ifdef FIXED
	ready = 1;
	/* POSIX lets it go as soon as all have been woken. */
	pthread_cond_broadcast(&changed);
	pthread_cond_destroy(&changed);
#else
	pthread_cond_destroy(&changed);
	ready = 1;
	pthread_cond_broadcast(&changed);
#endif
	pthread_mutex_unlock(&lock);
	pthread_join(thread, NULL);
	return 0;
}
