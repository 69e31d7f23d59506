/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: livelock within 200 executions
 * Each thread raises its flag and then waits for the other's to fall. Twin: silent/dekker.c
 */
#include <stdatomic.h>
#include "../parallel.h"

static atomic_int wants[2];

static void *work(void *argument)
{
	atomic_store(&wants[number_of(argument)], 1);
	while (atomic_load(&wants[1 - number_of(argument)]))
		;
	atomic_store(&wants[number_of(argument)], 0);
	return NULL;
}

int main(void)
{
	parallel(2, work);
	return 0;
}
