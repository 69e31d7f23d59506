/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file of expected outcomes: one on each line, as tool/analysis/outcome_line.h has them, or a
 * failure, `fails KIND #FINGERPRINT`. Empty lines and those that begin with `#` mean nothing.
 */
#ifndef WEFT_TOOL_CMD_EXPECTED_H
#define WEFT_TOOL_CMD_EXPECTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/diag.h"
#include "tool/report/outcomes.h"

struct expected_line {
	char *text;
	uint64_t identity;
	bool is_failure;
	bool seen;
};

/* Zeroed is empty. */
struct expected {
	struct expected_line *lines;
	size_t count;
};

/* Returns 0, or a negative errno with "FILE:LINE: what is wrong" in `diag`. */
int expected_read(struct expected *expected, const char *path, struct diag *diag);

/* Marks the row, and the lines that are like it. */
void expected_compare(struct expected *expected, struct outcomes_row *row);

/* Writes the rows as such a file, all or nothing. */
int expected_save(const struct outcomes_report *report, const char *path, struct diag *diag);

void expected_release(struct expected *expected);

#endif
