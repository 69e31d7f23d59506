/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two variables that belong together: the length is changed before the buffer. Needs 1 placed
 * switch; the reader runs over the end.
 */
#include "program.h"

static char *buffer;
static int capacity = 4;

static void *grow(void *argument)
{
	char *larger = calloc(16, 1);

	(void)argument;
	lock_if_fixed();
	capacity = 16;
	buffer = larger;
	unlock_if_fixed();
	return NULL;
}

static void *fill(void *argument)
{
	char *mine;
	int end;

	(void)argument;
	lock_if_fixed();
	end = capacity;
	mine = buffer;
	unlock_if_fixed();
	assert(end == 4 || mine[15] == 0);
	return NULL;
}

int main(void)
{
	buffer = strdup("abc");
	buffer = realloc(buffer, 16);
	memset(buffer, 'x', 16);
	run_two(grow, fill);
	return 0;
}
