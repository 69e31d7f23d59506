/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: use-after-free within 1 executions of auto
 * A pointer into an array is kept while the array grows, though there was room where it was.
 * FIXED: the pointer is taken again.
 */
#include <stdlib.h>

int main(void)
{
	int *array = calloc(4, sizeof(int));
	int *first = array;

	array = realloc(array, 5 * sizeof(int));
#ifdef FIXED
	first = array;
#endif
	*first = 1;
	free(array);
	return 0;
}
