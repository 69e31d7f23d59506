/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: deadlock within 1000 executions
 * Producers and consumers wait on one condition variable: a signal that is meant for one kind
 * wakes the other, who goes back to wait. Twin: silent/cond_several.c
 */
#include "../parallel.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int full;

static void *work(void *argument)
{
	int produces = number_of(argument) % 2;

	for (int i = 0; i < 2; i++) {
		pthread_mutex_lock(&lock);
		while (full == produces)
			pthread_cond_wait(&changed, &lock);
		full = produces;
		pthread_cond_signal(&changed);
		pthread_mutex_unlock(&lock);
	}
	return NULL;
}

int main(void)
{
	parallel(4, work);
	return 0;
}
