/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Many threads, one after another, on the same variables: each start and join is an edge. Ids
 * and stacks are used again.
 */
#include <assert.h>
#include "../parallel.h"

static int counter;

static void *work(void *argument)
{
	int local[8] = { 0 };

	local[counter % 8] = 1;
	*(int *)argument += local[counter % 8];
	counter++;
	return NULL;
}

int main(void)
{
	int sum = 0;

	for (int i = 0; i < 40; i++)
		finish(start(work, &sum));
	assert(sum == 40 && counter == 40);
	return 0;
}
