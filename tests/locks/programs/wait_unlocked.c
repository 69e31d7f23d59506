/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: lock-misuse, wait-unlocked: the wait comes after the unlock. */
#include <pthread.h>
#include <time.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;

int main(void)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec++;
	pthread_mutex_lock(&lock);
#ifndef FIXED
	pthread_mutex_unlock(&lock);
#endif
	pthread_cond_timedwait(&never, &lock, &until);
	pthread_mutex_unlock(&lock);
	return 0;
}
