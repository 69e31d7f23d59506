/* SPDX-License-Identifier: Apache-2.0 */
/* How the tool ends when weft itself is wrong; see common/bug.h. */
#include "common/bug.h"

#include <stdio.h>
#include <stdlib.h>

#define EXIT_DEFECT 125

_Noreturn void bug_report(const char *file, int line, const char *condition)
{
	fprintf(stderr, "weft: a defect of weft itself: %s:%d: %s\n", file, line, condition);
	exit(EXIT_DEFECT);
}
