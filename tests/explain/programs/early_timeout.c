/* SPDX-License-Identifier: Apache-2.0 */
/* EXPLAIN: early-timeout. A reply that takes longer than the timeout is taken for granted. */
#include <assert.h>
#include <pthread.h>
#include <stddef.h>
#include <time.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t replied = PTHREAD_COND_INITIALIZER;
static int reply;

static void *answer(void *unused)
{
	pthread_mutex_lock(&lock);
	reply = 42;
	pthread_cond_signal(&replied);
	pthread_mutex_unlock(&lock);
	return unused;
}

int main(void)
{
	struct timespec deadline;
	pthread_t thread;
	int r = 0;

	pthread_create(&thread, NULL, answer, NULL);
	clock_gettime(CLOCK_REALTIME, &deadline);
	deadline.tv_sec += 5;
	pthread_mutex_lock(&lock);
	while (!reply && r == 0)
		r = pthread_cond_timedwait(&replied, &lock, &deadline);
#ifdef FIXED
	if (r == 0)
#endif
		assert(reply == 42);
	pthread_mutex_unlock(&lock);
	pthread_join(thread, NULL);
	return 0;
}
