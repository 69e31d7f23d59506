/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: deadlock within 5 executions
 * A function that takes a plain lock calls another that takes it, too.
 * Twin: silent/recursive_lock.c
 */
#include "../parallel.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int counter;

static void count(void)
{
	pthread_mutex_lock(&lock);
	counter++;
	pthread_mutex_unlock(&lock);
}

static void *work(void *unused)
{
	pthread_mutex_lock(&lock);
	count();
	pthread_mutex_unlock(&lock);
	return unused;
}

int main(void)
{
	parallel(1, work);
	return 0;
}
