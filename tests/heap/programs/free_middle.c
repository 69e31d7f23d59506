/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: invalid-free within 1 executions of auto
 * Freed is a pointer into the middle of a block; not instrumented. FIXED: only what was
 * allocated.
 */
#include <stdlib.h>
#include <string.h>

int main(void)
{
	char *block = malloc(32);

#ifdef FIXED
	free(block);
#else
	free(block + 16);
#endif
	return 0;
}
