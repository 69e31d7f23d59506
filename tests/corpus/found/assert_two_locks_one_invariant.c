/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: assertion within 100 executions
 * Two halves of one sum, each with its lock: the reader sees money that is nowhere in between.
 */
#include <assert.h>
#include "../parallel.h"

static pthread_mutex_t locks[2] = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER };
static int halves[2] = { 50, 50 };

static int change(int which, int by)
{
	pthread_mutex_lock(&locks[which]);
	int value = halves[which] += by;
	pthread_mutex_unlock(&locks[which]);
	return value;
}

static void *work(void *argument)
{
	if (number_of(argument)) {
		change(0, -10);
		change(1, 10);
	} else {
		int left = change(0, 0);

		assert(left + change(1, 0) == 100);
	}
	return NULL;
}

int main(void)
{
	parallel(2, work);
	return 0;
}
