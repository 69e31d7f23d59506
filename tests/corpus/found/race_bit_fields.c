/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 10 executions
 * Two bit-fields without a field of width zero between are one memory location.
 * Twin: silent/bit_fields.c
 */
#include "../parallel.h"

static struct {
	unsigned int left : 4;
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
	return 0;
}
