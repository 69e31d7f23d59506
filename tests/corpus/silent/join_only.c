/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * No synchronisation but starting and joining: a tree of threads adds up an array and hands its
 * sums back as results of the threads.
 */
#include <assert.h>
#include "../parallel.h"

struct range {
	const int *from;
	int count;
};

static void *sum_up(void *argument)
{
	const struct range *range = argument;

	if (range->count == 1)
		return (void *)(intptr_t)range->from[0];
	struct range low = { range->from, range->count / 2 };
	struct range high = { range->from + low.count, range->count - low.count };
	pthread_t helper = start(sum_up, &low);
	intptr_t sum = (intptr_t)sum_up(&high);
	void *rest;

	pthread_join(helper, &rest);
	return (void *)(sum + (intptr_t)rest);
}

int main(void)
{
	int values[4] = { 0 };
	struct range all = { values, 4 };

	for (int i = 0; i < 4; i++)
		values[i] = i + 1;
	assert((intptr_t)sum_up(&all) == 10);
	return 0;
}
