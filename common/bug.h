/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BUG_ON ends the process when weft itself is wrong, in release builds too, with exit status
 * 125, so that nobody takes our defect for theirs. Each world brings its own bug_report().
 */
#ifndef WEFT_COMMON_BUG_H
#define WEFT_COMMON_BUG_H

_Noreturn void bug_report(const char *file, int line, const char *condition);

#define BUG_ON(condition)                                           \
	do {                                                        \
		if (__builtin_expect(!!(condition), 0))             \
			bug_report(__FILE__, __LINE__, #condition); \
	} while (0)

#endif
