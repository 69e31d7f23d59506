/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: invalid-free within 1 executions of auto
 * Freed is a static array; not instrumented. FIXED: only what was allocated.
 */
#include <stdlib.h>
#include <string.h>

static volatile int use_heap;
static char place[64];

int main(void)
{
	char *block = use_heap ? malloc(64) : place;

	strcpy(block, "text");

#ifdef FIXED
	if (block != place)
		free(block);
#else
	free(block);
#endif
	return 0;
}
