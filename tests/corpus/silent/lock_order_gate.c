/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Two locks taken in both orders, but only with a third one held: the cycle can't happen, and
 * must not be predicted.
 */
#include <assert.h>
#include "../parallel.h"

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t locks[2] = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER };
static int moved;

static void *move_over(void *argument)
{
	pthread_mutex_t *from = &locks[number_of(argument)];
	pthread_mutex_t *to = &locks[1 - number_of(argument)];

	pthread_mutex_lock(&gate);
	pthread_mutex_lock(from);
	pthread_mutex_lock(to);
	moved++;
	pthread_mutex_unlock(to);
	pthread_mutex_unlock(from);
	pthread_mutex_unlock(&gate);
	return NULL;
}

int main(void)
{
	parallel(2, move_over);
	assert(moved == 2);
	return 0;
}
