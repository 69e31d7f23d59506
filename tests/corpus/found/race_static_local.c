/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 20 executions
 * A function keeps its result in a static buffer, and two threads call it.
 */
#include <stdio.h>
#include "../parallel.h"

static const char *name_of(int number)
{
	static char name[16];

	name[0] = (char)('a' + number);
	name[1] = '\0';
	return name;
}

static void *work(void *argument)
{
	return name_of(number_of(argument))[0] ? NULL : argument;
}

int main(void)
{
	parallel(2, work);
	return 0;
}
