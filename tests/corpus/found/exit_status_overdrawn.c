/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: exit-status within 50 executions
 * A result that depends on which thread comes last, and becomes the program's exit status.
 */
#include <stdatomic.h>
#include "../parallel.h"

static atomic_int last;

static void *work(void *argument)
{
	atomic_store(&last, number_of(argument));
	return NULL;
}

int main(void)
{
	parallel(2, work);
	return last == 1 ? 0 : 1;
}
