/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 10 executions
 * A counter raised atomically and cleared by a plain write.
 */
#include "../parallel.h"

static int counter;

static void *work(void *argument)
{
	if (number_of(argument))
		__atomic_fetch_add(&counter, 1, __ATOMIC_SEQ_CST);
	else
		counter = 0;
	return NULL;
}

int main(void)
{
	parallel(2, work);
	return 0;
}
