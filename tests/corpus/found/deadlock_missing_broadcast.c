/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: deadlock within 50 executions
 * Two wait for the gate, and it opens with a signal for one. Twin: silent/cond_broadcast.c
 */
#include "../parallel.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t opened = PTHREAD_COND_INITIALIZER;
static int open;

static void *pass(void *unused)
{
	pthread_mutex_lock(&lock);
	while (!open)
		pthread_cond_wait(&opened, &lock);
	pthread_mutex_unlock(&lock);
	return unused;
}

int main(void)
{
	pthread_t first = start(pass, NULL), second = start(pass, NULL);

	pthread_mutex_lock(&lock);
	open = 1;
	pthread_cond_signal(&opened);
	pthread_mutex_unlock(&lock);
	finish(first);
	finish(second);
	return 0;
}
