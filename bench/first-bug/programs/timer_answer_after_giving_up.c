/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Timer: a request is given up when its time is over, and its answer, which comes just then, is
 * counted as well. Needs the timer to win and 1 placed switch.
 */
#include "program.h"

MUTEX(mutex);
COND(answered);
static bool has_answer, is_abandoned;
static atomic_int successes, failures;

static void *serve(void *argument)
{
	lock(&mutex);
#ifdef FIXED
	if (!is_abandoned) {
		has_answer = true;
		atomic_fetch_add(&successes, 1);
		pthread_cond_signal(&answered);
	}
#else
	has_answer = true;
	atomic_fetch_add(&successes, 1);
	pthread_cond_signal(&answered);
#endif
	unlock(&mutex);
	return argument;
}

int main(void)
{
	pthread_t server = start(serve, 0);
	struct timespec deadline;
	int result = 0;

	clock_gettime(CLOCK_REALTIME, &deadline);
	deadline.tv_sec += 3;
	lock(&mutex);
	while (!has_answer && result == 0)
		result = pthread_cond_timedwait(&answered, &mutex, &deadline);
	if (!has_answer) {
		is_abandoned = true;
		atomic_fetch_add(&failures, 1);
	}
	unlock(&mutex);
	join(server);
	assert(successes + failures == 1);
	return 0;
}
