/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: lock-misuse within 20 executions
 * A timed wait on a condition variable whose mutex the caller does not hold.
 */
#include <time.h>
#include "../parallel.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static void *work(void *unused)
{
	struct timespec soon;

	clock_gettime(CLOCK_REALTIME, &soon);
	soon.tv_sec++;
	pthread_cond_timedwait(&changed, &lock, &soon);
	return unused;
}

int main(void)
{
	finish(start(work, NULL));
	return 0;
}
