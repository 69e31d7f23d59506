/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A process with threads forks while others use a lock. pthread_atfork() handlers take it
 * before and give it back on both sides, so that the child finds the lock free and the data
 * whole.
 */
#include <assert.h>
#include <sys/wait.h>
#include <unistd.h>
#include "../parallel.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int left, right;

static void take(void)
{
	pthread_mutex_lock(&lock);
}

static void give_back(void)
{
	pthread_mutex_unlock(&lock);
}

static void *work(void *unused)
{
	for (int i = 0; i < 3; i++) {
		take();
		left++;
		right--;
		give_back();
	}
	return unused;
}

int main(void)
{
	int status;

	pthread_atfork(take, give_back, give_back);
	pthread_t worker = start(work, NULL);
	pid_t child = fork();

	if (child == 0) {
		take();
		_exit(left == -right ? 0 : 1);
	}
	finish(worker);
	assert(child > 0 && waitpid(child, &status, 0) == child && status == 0);
	return 0;
}
