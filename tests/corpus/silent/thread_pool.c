/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A pool of workers over a list of jobs; a flag under the same mutex, with a broadcast, sends
 * them home. What a job wrote is read after the join only.
 */
#include <assert.h>
#include <stdbool.h>
#include "../parallel.h"

#define JOBS 4
#define WORKERS 2

struct job {
	struct job *next;
	int input, output;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t more = PTHREAD_COND_INITIALIZER;
static struct job *waiting;
static bool closed;

static struct job *job_take(void)
{
	pthread_mutex_lock(&lock);
	while (!waiting && !closed)
		pthread_cond_wait(&more, &lock);
	struct job *job = waiting;

	if (job)
		waiting = job->next;
	pthread_mutex_unlock(&lock);
	return job;
}

static void *work(void *unused)
{
	struct job *job;

	while ((job = job_take()))
		job->output = job->input * 2;
	return unused;
}

int main(void)
{
	static struct job jobs[JOBS];
	pthread_t workers[WORKERS];

	for (int i = 0; i < WORKERS; i++)
		workers[i] = start(work, NULL);
	for (int i = 0; i < JOBS; i++) {
		jobs[i].input = i;
		pthread_mutex_lock(&lock);
		jobs[i].next = waiting;
		waiting = &jobs[i];
		pthread_cond_signal(&more);
		pthread_mutex_unlock(&lock);
	}
	pthread_mutex_lock(&lock);
	closed = true;
	pthread_cond_broadcast(&more);
	pthread_mutex_unlock(&lock);
	for (int i = 0; i < WORKERS; i++)
		finish(workers[i]);
	for (int i = 0; i < JOBS; i++)
		assert(jobs[i].output == 2 * i);
	return 0;
}
