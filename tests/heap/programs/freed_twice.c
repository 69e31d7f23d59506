/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: double-free within 1 executions of auto
 * The path of an error frees what the caller frees, too; not instrumented. FIXED: it doesn't.
 */
#include <stdlib.h>
#include <string.h>

static int parse(char *text)
{
	if (strchr(text, '!')) {
#ifndef FIXED
		free(text);
#endif
		return -1;
	}
	return 0;
}

int main(void)
{
	char *text = strdup("wrong!");
	char *more = malloc(100);
	int r = parse(text);

	free(more);
	free(text);
	return r == 0;
}
