/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which shared libraries the dynamic loader would give a program, directly and indirectly:
 * asked of the loader itself (`ld.so --list`), which alone knows all of its rules. Nothing of
 * the program is run.
 */
#ifndef WEFT_TOOL_LAUNCH_LIBRARIES_H
#define WEFT_TOOL_LAUNCH_LIBRARIES_H

#include <stdbool.h>
#include <stddef.h>

#include "tool/diag.h"

struct library {
	char *name;	      /* as it is needed, "libz.so.1" */
	char *path;	      /* where the loader finds it, or NULL: it does not */
	bool is_instrumented; /* has memory accesses instrumented for ThreadSanitizer */
};

struct libraries {
	struct library *list; /* in the loader's order */
	size_t count;
};

/*
 * Asks `loader` (the program's interpreter) about the program at `path`. Returns 0 with `ret`
 * filled, to be released, or a negative errno with `diag` filled.
 */
int libraries_read(
	const char *loader, const char *path, struct libraries *ret, struct diag *diag);

/* Reads the text that the loader prints; lines of another form are left out. 0 or -ENOMEM. */
int libraries_parse(const char *text, struct libraries *ret);

void libraries_release(struct libraries *libraries);

#endif
