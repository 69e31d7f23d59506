/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 10 executions
 * One thread copies a record out by memcpy() while another changes its last byte.
 */
#include <string.h>
#include "../parallel.h"

static char record[32];

static void *work(void *argument)
{
	char copy[32] = { 0 };

	if (number_of(argument))
		memcpy(copy, record, sizeof(copy));
	else
		record[31] = 1;
	return copy[0] ? argument : NULL;
}

int main(void)
{
	parallel(2, work);
	return 0;
}
