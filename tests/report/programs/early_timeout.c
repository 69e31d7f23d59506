/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: assertion within 2000 executions of auto
 * Who waits takes it for sure that the answer comes within a second.
 */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t answered = PTHREAD_COND_INITIALIZER;
static bool answer;

static void *respond(void *unused)
{
	pthread_mutex_lock(&lock);
	answer = true;
	pthread_cond_signal(&answered);
	pthread_mutex_unlock(&lock);
	return unused;
}

int main(void)
{
	struct timespec deadline;
	pthread_t thread;
	int error = 0;

	pthread_create(&thread, NULL, respond, NULL);
	clock_gettime(CLOCK_REALTIME, &deadline);
	deadline.tv_sec++;
	pthread_mutex_lock(&lock);
	while (!answer && error != ETIMEDOUT)
		error = pthread_cond_timedwait(&answered, &lock, &deadline);
#ifndef FIXED
	assert(answer);
#endif
	pthread_mutex_unlock(&lock);
	pthread_join(thread, NULL);
	return 0;
}
