/* SPDX-License-Identifier: Apache-2.0 */
/* A wait with a timeout that may end early: without preemption, either outcome may come. */
#include <pthread.h>
#include <time.h>
#include <weft/weft.h>

int main(void)
{
	pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	pthread_cond_t never = PTHREAD_COND_INITIALIZER;
	struct timespec deadline;

	clock_gettime(CLOCK_REALTIME, &deadline);
	deadline.tv_sec++;
	pthread_mutex_lock(&lock);
	weft_observe("woken", pthread_cond_timedwait(&never, &lock, &deadline) == 0);
	pthread_mutex_unlock(&lock);
	return 0;
}
