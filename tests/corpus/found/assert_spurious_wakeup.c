/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: assertion within 200 executions
 * `if` around a wait where `while` belongs: between the signal and the return from the wait
 * another thread takes the item. Twin: silent/cond_several.c
 */
#include <assert.h>
#include "../parallel.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static int items;

static void *take(void *unused)
{
	pthread_mutex_lock(&lock);
	if (!items)
		pthread_cond_wait(&filled, &lock);
	assert(items > 0);
	items--;
	pthread_mutex_unlock(&lock);
	return unused;
}

static void *put(void *unused)
{
	for (int i = 0; i < 2; i++) {
		pthread_mutex_lock(&lock);
		items++;
		pthread_cond_signal(&filled);
		pthread_mutex_unlock(&lock);
	}
	return unused;
}

int main(void)
{
	pthread_t producer = start(put, NULL);

	parallel(2, take);
	finish(producer);
	return 0;
}
