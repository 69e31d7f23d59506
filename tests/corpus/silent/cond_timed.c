/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A timed wait in a loop over the predicate: whether the time runs out or the signal comes
 * first, the predicate under the mutex decides, and either way the program is right.
 */
#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <time.h>
#include "../parallel.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool done;
static int result;

static void *work(void *unused)
{
	pthread_mutex_lock(&lock);
	result = 5;
	done = true;
	pthread_cond_signal(&changed);
	pthread_mutex_unlock(&lock);
	return unused;
}

int main(void)
{
	struct timespec deadline;
	pthread_t worker = start(work, NULL);
	int r = 0;

	clock_gettime(CLOCK_REALTIME, &deadline);
	deadline.tv_sec += 1;
	pthread_mutex_lock(&lock);
	while (!done && r != ETIMEDOUT)
		r = pthread_cond_timedwait(&changed, &lock, &deadline);
	assert(result == (done ? 5 : 0));
	pthread_mutex_unlock(&lock);
	finish(worker);
	assert(result == 5);
	return 0;
}
