/* SPDX-License-Identifier: Apache-2.0 */
/* What came of the cases: as a table for people, and as JSON. */
#ifndef WEFT_BENCH_RESULTS_H
#define WEFT_BENCH_RESULTS_H

#include <stdio.h>

#include "bench/cases.h"

/* The machine and the table's columns. */
void results_print_head(FILE *out, unsigned int rounds);

void results_print_case(FILE *out, const struct bench_case *bench_case);

/* Writes all cases to the file. Returns 0 or a negative errno with `diag` filled. */
int results_write_json(
	const char *path, const struct bench_case *cases, size_t count, struct diag *diag);

#endif
