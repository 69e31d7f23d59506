/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Two locks taken in both orders, but by threads of which one is joined before the other is
 * started.
 */
#include "../parallel.h"

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t b = PTHREAD_MUTEX_INITIALIZER;
static int moved;

static void *move_over(void *argument)
{
	pthread_mutex_t *first = argument == &a ? &a : &b;
	pthread_mutex_t *second = argument == &a ? &b : &a;

	pthread_mutex_lock(first);
	pthread_mutex_lock(second);
	moved++;
	pthread_mutex_unlock(second);
	pthread_mutex_unlock(first);
	return NULL;
}

int main(void)
{
	finish(start(move_over, &a));
	finish(start(move_over, &b));
	return moved == 2 ? 0 : 1;
}
