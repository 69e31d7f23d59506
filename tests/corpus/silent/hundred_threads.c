/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A hundred threads alive at once, one lock, and a cell of its own for each.
 */
#include <assert.h>
#include "../parallel.h"

#define THREADS 100

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int counter, cells[THREADS];

static void *work(void *argument)
{
	cells[number_of(argument)] = 1;
	pthread_mutex_lock(&lock);
	counter++;
	pthread_mutex_unlock(&lock);
	return NULL;
}

int main(void)
{
	int sum = 0;

	parallel(THREADS, work);
	for (int i = 0; i < THREADS; i++)
		sum += cells[i];
	assert(sum == THREADS && counter == THREADS);
	return 0;
}
