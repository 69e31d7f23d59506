/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A bounded buffer with two condition variables on one mutex, one for each kind of waiter: a
 * signal always reaches somebody who can use it.
 */
#include <assert.h>
#include "../parallel.h"

#define ITEMS 3

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t not_full = PTHREAD_COND_INITIALIZER;
static pthread_cond_t not_empty = PTHREAD_COND_INITIALIZER;
static int item, sum; /* 0: the buffer is empty */

static void put(int value)
{
	pthread_mutex_lock(&lock);
	while (item)
		pthread_cond_wait(&not_full, &lock);
	item = value;
	pthread_cond_signal(&not_empty);
	pthread_mutex_unlock(&lock);
}

static void take(void)
{
	pthread_mutex_lock(&lock);
	while (!item)
		pthread_cond_wait(&not_empty, &lock);
	sum += item;
	item = 0;
	pthread_cond_signal(&not_full);
	pthread_mutex_unlock(&lock);
}

static void *work(void *argument)
{
	for (int i = 1; i <= ITEMS; i++) {
		if (number_of(argument) % 2)
			put(i);
		else
			take();
	}
	return NULL;
}

int main(void)
{
	parallel(4, work);
	assert(sum == 2 * (1 + 2 + 3));
	return 0;
}
