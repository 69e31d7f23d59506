/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Bit-fields separated by one of width zero are different memory locations (C11 3.14): two
 * threads may write them at once.
 */
#include <assert.h>
#include "../parallel.h"

static struct {
	unsigned int left : 4;
	unsigned int : 0;
	unsigned int right : 4;
} fields;

static void *work(void *argument)
{
	if (number_of(argument))
		fields.left = 5;
	else
		fields.right = 7;
	return NULL;
}

int main(void)
{
	parallel(2, work);
	assert(fields.left == 5 && fields.right == 7);
	return 0;
}
