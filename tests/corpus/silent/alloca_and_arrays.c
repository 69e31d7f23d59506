/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Memory of alloca() and an array of variable length on a thread's stack, worked on by threads
 * that it joins before it returns; then the same stack memory serves another call.
 */
#include <alloca.h>
#include <assert.h>
#include "../parallel.h"

static void *fill(void *argument)
{
	int *cells = argument;

	for (int i = 0; i < 3; i++)
		cells[i]++;
	return NULL;
}

static int use_stack(int count)
{
	int *left = alloca(3 * sizeof(*left));
	int *right = alloca((size_t)count * sizeof(*right));

	for (int i = 0; i < 3; i++)
		left[i] = right[i] = i;
	pthread_t first = start(fill, left);
	pthread_t second = start(fill, right);

	finish(first);
	finish(second);
	return left[2] + right[2];
}

static void *work(void *unused)
{
	assert(use_stack(3) == 6);
	assert(use_stack(5) == 6);
	return unused;
}

int main(void)
{
	parallel(2, work);
	return 0;
}
