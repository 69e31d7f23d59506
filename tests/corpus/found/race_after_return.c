/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 50 executions
 * A function returns early, without waiting, although a thread still works on its local array;
 * the next function's local lies at the same place. Twin: silent/alloca_and_arrays.c
 */
#include "../parallel.h"

static void *fill(void *argument)
{
	int *cells = argument;

	for (int i = 0; i < 16; i++)
		cells[i] = i;
	return NULL;
}

__attribute__((noinline)) static pthread_t begin(void)
{
	int cells[16];

	return start(fill, cells);
}

__attribute__((noinline)) static int use_stack(void)
{
	int cells[64];
	int *volatile first = cells;

	for (int i = 0; i < 64; i++)
		first[i] = 1;
	return first[20];
}

int main(void)
{
	pthread_t thread = begin();
	int seen = use_stack();

	finish(thread);
	return seen == 1 ? 0 : 2;
}
