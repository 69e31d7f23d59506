/* SPDX-License-Identifier: Apache-2.0 */
/* What looking for races costs: the cases measured against gcc's ThreadSanitizer. */
#ifndef WEFT_BENCH_RACE_CASES_H
#define WEFT_BENCH_RACE_CASES_H

#include "bench/cases.h"

enum race_case {
	RACE_CASE_PASS,
	RACE_CASE_LOCKS,
	RACE_CASE_ATOMICS,
	RACE_CASE_PBZIP2,
	RACE_CASES
};

/* Fills RACE_CASES cases, in the order of the table. */
void race_cases_make(const struct case_paths *paths, struct bench_case *ret_cases);

#endif
