/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PostgreSQL's isolationtester: the same permutations of the same spec, the same waiting, the
 * same output, byte for byte (src/test/isolation of PostgreSQL 15). Errors go to stderr.
 */
#ifndef WEFT_TOOL_SQL_COMPAT_COMPAT_H
#define WEFT_TOOL_SQL_COMPAT_COMPAT_H

#include <stdio.h>

#include "tool/diag.h"
#include "tool/sql/spec/spec.h"

struct compat_options {
	const char *connection;
	uint64_t step_limit_ns; /* then a step is cancelled; after twice that it is given up */
};

/*
 * Returns 0, or a negative errno with the diag. What the file's setups did in the server's
 * database stays there if it fails, as with isolationtester.
 */
int compat_run(const struct spec *spec, const struct compat_options *options, FILE *stream,
	struct diag *diag);

#endif
