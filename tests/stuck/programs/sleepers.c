/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: no deadlock: all wait with a timeout. One tries to take, for some time, what another
 * holds, and the other way round.
 */
#include "hang.h"

#include <time.h>

static pthread_mutex_t left = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t right = PTHREAD_MUTEX_INITIALIZER;
static struct timespec limit;

static void *try_right(void *unused)
{
	pthread_mutex_lock(&left);
	meet();
	pthread_mutex_timedlock(&right, &limit);
	return unused;
}

static void *try_left(void *unused)
{
	pthread_mutex_lock(&right);
	meet();
	pthread_mutex_timedlock(&left, &limit);
	return unused;
}

int main(void)
{
	pthread_t a, b;

	clock_gettime(CLOCK_REALTIME, &limit);
	limit.tv_sec += 600;
	set_up(2);
	pthread_create(&a, NULL, try_right, NULL);
	pthread_create(&b, NULL, try_left, NULL);
	announce();
	sleep(600);
	return 0;
}
