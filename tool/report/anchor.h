/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one place at which a code host shows a finding: its first location whose source line is
 * known. A finding without any (the exit status was wrong, say) is shown where the threads were
 * switched last, which is what its schedule turns on.
 */
#ifndef WEFT_TOOL_REPORT_ANCHOR_H
#define WEFT_TOOL_REPORT_ANCHOR_H

#include <stdint.h>

#include "tool/analysis/finding.h"

struct anchor {
	const char *role;     /* "failed here", "switched here" */
	const char *thread;   /* creation path, or NULL */
	const char *function; /* or NULL */
	const char *file;     /* NULL: no place in a source is known */
	uint32_t line;	      /* 0 without a file */
	size_t location;      /* index in finding->locations; their number if none of them */
};

/* Borrows from the finding. Returns 0 or -ENOMEM. */
int anchor_find(const struct finding *finding, struct anchor *ret);

#endif
