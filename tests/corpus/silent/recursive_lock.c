/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A recursive mutex taken again by its owner: it is free for others only when it was released
 * as often.
 */
#include <assert.h>
#include "../parallel.h"

static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static int depth_sum;

static void descend(int depth)
{
	pthread_mutex_lock(&lock);
	depth_sum++;
	if (depth)
		descend(depth - 1);
	depth_sum++;
	pthread_mutex_unlock(&lock);
}

static void *work(void *unused)
{
	pthread_mutex_lock(&lock);
	int before = depth_sum;

	descend(2);
	assert(depth_sum == before + 6);
	pthread_mutex_unlock(&lock);
	return unused;
}

int main(void)
{
	parallel(3, work);
	assert(depth_sum == 18);
	return 0;
}
