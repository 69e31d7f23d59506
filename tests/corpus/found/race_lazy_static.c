/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 20 executions
 * A table made by whoever comes first, as a plain flag says. Twin: silent/once.c
 */
#include "../parallel.h"

static int made, table[4];

static void *work(void *argument)
{
	if (!made) {
		for (int i = 0; i < 4; i++)
			table[i] = i * i;
		made = 1;
	}
	return table[number_of(argument)] == 100 ? argument : NULL;
}

int main(void)
{
	parallel(2, work);
	return 0;
}
