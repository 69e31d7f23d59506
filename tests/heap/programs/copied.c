/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: use-after-free within 1 executions of auto
 * Freed memory is copied from, in code that is not instrumented. FIXED: before it is freed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void)
{
	size_t size = 40;
	char *name = malloc(size);
	char copy[40] = "";

	strcpy(name, "a name");
#ifdef FIXED
	memcpy(copy, name, size);
	free(name);
#else
	free(name);
	memcpy(copy, name, size);
#endif
	printf("%d\n", copy[0] != 0);
	return 0;
}
