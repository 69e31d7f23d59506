/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a program without instrumented code did to its static variables. That a variable changed
 * between two operations of a thread was seen; the line that did it is the one between theirs
 * that names it. That a thread looked at a variable is not seen: where a line between two of
 * its operations, in one function, names a variable that changes somewhere in this execution,
 * its value there is told, which was seen.
 */
#ifndef WEFT_TOOL_EXPLAIN_LOOKS_H
#define WEFT_TOOL_EXPLAIN_LOOKS_H

#include <stddef.h>
#include <stdint.h>

#include "tool/trace/recording.h"

struct symbols;

struct look {
	/* Made up: a READ, WRITE, or ATOMIC_RMW for both; `chosen`: how many events came
	 * before; place and stack are those of the operation that came next. */
	struct wire_event event;
	uint32_t line; /* in that operation's file; 0: its own */
};

struct looks {
	struct look *list; /* in order */
	size_t count;
	size_t capacity;
};

/*
 * What changes in `other`, an execution of the same program, is looked for, too; it may be
 * NULL. Empty for instrumented programs, and where debug information or sources are missing.
 * Returns 0 or -ENOMEM; release it in either case.
 */
int looks_find(const struct recording *recording, const struct recording *other,
	struct symbols *symbols, struct looks *ret_looks);
void looks_release(struct looks *looks);

#endif
