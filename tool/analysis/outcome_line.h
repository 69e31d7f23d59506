/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An outcome as one line of text, for tables and for files of expected outcomes:
 *
 *	exit 0 output "done\n" balance=70,50 state="closed"
 *
 * Names are sorted. Strings are in C's escapes, `\xHH` with two digits. What is long is written
 * as its hash, `#` and 16 hexadecimal digits, unless the line is to be brief: then it is cut,
 * with "...", and can't be read back. docs/outcomes.md describes the format.
 */
#ifndef WEFT_TOOL_ANALYSIS_OUTCOME_LINE_H
#define WEFT_TOOL_ANALYSIS_OUTCOME_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "tool/diag.h"

struct outcome_text {
	int exit_status;
	const char *output; /* NULL: only its hash is known */
	size_t output_size;
	uint64_t output_hash;
	const uint8_t *observations; /* see tool/trace/observations.h */
	size_t observations_size;
	bool brief; /* for people */
};

/* Without a newline. Returns 0, -ENOMEM, or -EIO when the stream failed. */
int outcome_line_write(const struct outcome_text *text, FILE *stream);

/* A string in C's escapes, quoted; at most `size` bytes of it. */
void outcome_write_quoted(const char *bytes, size_t size, FILE *stream);

/*
 * Reads a line that is not brief. Returns 0 and the outcome's identity, or -EINVAL with `diag`
 * saying what is wrong, without the place.
 */
int outcome_line_parse(const char *line, uint64_t *ret_identity, struct diag *diag);

#endif
