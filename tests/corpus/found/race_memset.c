/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 10 executions
 * One thread clears a block by memset() while another writes a word in its middle.
 */
#include <string.h>
#include "../parallel.h"

static char block[64];

static void *work(void *argument)
{
	if (number_of(argument))
		memset(block, 0, sizeof(block));
	else
		block[40] = 1;
	return NULL;
}

int main(void)
{
	parallel(2, work);
	return 0;
}
