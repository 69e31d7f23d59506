/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Condition variable: a timed wait's result is not looked at, and what was waited for is used
 * although it did not come in time. Needs the timer to win.
 */
#include "program.h"

MUTEX(mutex);
COND(arrived);
static int *answer;
static int value;

static void *respond(void *argument)
{
	lock(&mutex);
	value = 42;
	answer = &value;
	pthread_cond_signal(&arrived);
	unlock(&mutex);
	return argument;
}

int main(void)
{
	pthread_t server = start(respond, 0);
	struct timespec deadline;
	int result = 0;

	clock_gettime(CLOCK_REALTIME, &deadline);
	deadline.tv_sec += 5;
	lock(&mutex);
	while (!answer && result == 0)
		result = pthread_cond_timedwait(&arrived, &mutex, &deadline);
#ifdef FIXED
	assert(!answer || *answer == 42);
#else
	assert(*answer == 42);
#endif
	unlock(&mutex);
	join(server);
	return 0;
}
