/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 20 executions
 * An object on a caller's stack is used on by a thread that the caller does not wait for before
 * it uses the object itself. Twin: silent/stack_of_main.c
 */
#include "../parallel.h"

static void *add(void *argument)
{
	++*(int *)argument;
	return NULL;
}

int main(void)
{
	int total = 1;
	pthread_t thread = start(add, &total);

	total++;
	finish(thread);
	return total > 3;
}
