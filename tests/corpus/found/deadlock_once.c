/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: deadlock within 100 executions
 * An initialiser takes a lock that another caller holds while it calls pthread_once(), too.
 */
#include "../parallel.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int made;

static void make(void)
{
	pthread_mutex_lock(&lock);
	made = 1;
	pthread_mutex_unlock(&lock);
}

static void *work(void *argument)
{
	if (number_of(argument))
		pthread_mutex_lock(&lock);
	pthread_once(&once, make);
	if (number_of(argument))
		pthread_mutex_unlock(&lock);
	return NULL;
}

int main(void)
{
	parallel(2, work);
	return 0;
}
