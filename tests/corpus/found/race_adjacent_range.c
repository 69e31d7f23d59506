/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 10 executions
 * Neighbouring parts of an array, of which one is written a byte too far. Twin:
 * silent/adjacent_bytes.c
 */
#include <string.h>
#include "../parallel.h"

static char text[8];

static void *work(void *argument)
{
	if (number_of(argument))
		memset(text, 'a', 5); /* one too many */
	else
		memset(text + 4, 'b', 4);
	return NULL;
}

int main(void)
{
	parallel(2, work);
	return 0;
}
