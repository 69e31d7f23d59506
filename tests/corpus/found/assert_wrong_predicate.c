/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: assertion within 100 executions
 * The wait's loop looks at "has begun" although the result is there only when it "is done".
 * Twin: silent/cond_predicate.c
 */
#include <assert.h>
#include "../parallel.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int begun, result;

static void *work(void *unused)
{
	pthread_mutex_lock(&lock);
	begun = 1;
	pthread_mutex_unlock(&lock);
	pthread_mutex_lock(&lock);
	result = 9;
	pthread_cond_signal(&changed);
	pthread_mutex_unlock(&lock);
	return unused;
}

int main(void)
{
	pthread_t worker = start(work, NULL);

	pthread_mutex_lock(&lock);
	while (!begun)
		pthread_cond_wait(&changed, &lock);
	assert(result == 9);
	pthread_mutex_unlock(&lock);
	finish(worker);
	return 0;
}
