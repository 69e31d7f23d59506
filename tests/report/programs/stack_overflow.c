/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: stack-overflow within 200 executions of auto
 * The depth of a recursion is below zero for a moment, in which another thread may read it.
 */
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int depth = 3;
static volatile int sum;

static int descend(int levels)
{
	volatile char frame[1024];

	frame[levels & 1023] = (char)levels;
	sum += frame[levels & 1023];
	return levels == 0 ? 0 : descend(levels - 1) + frame[3];
}

static void set_depth(int value)
{
	pthread_mutex_lock(&lock);
	depth = value;
	pthread_mutex_unlock(&lock);
}

static void *walk(void *unused)
{
	int levels;

	pthread_mutex_lock(&lock);
	levels = depth;
	pthread_mutex_unlock(&lock);
	descend(levels);
	return unused;
}

static void *change(void *unused)
{
#ifndef FIXED
	set_depth(-1);
#endif
	set_depth(5);
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	pthread_create(&threads[0], NULL, walk, NULL);
	pthread_create(&threads[1], NULL, change, NULL);
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	return 0;
}
