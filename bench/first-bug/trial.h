/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One trial: a campaign over one program until the first execution that fails. What counts is a
 * failure that the program shows by itself: an assertion, a crash, a wrong exit status, a
 * deadlock, a livelock, a use of freed memory. A data race or a misuse of a lock is none, for
 * the programs have them on purpose.
 */
#ifndef WEFT_BENCH_FIRST_BUG_TRIAL_H
#define WEFT_BENCH_FIRST_BUG_TRIAL_H

#include <stdint.h>

#include "tool/diag.h"
#include "tool/launch/runtime_path.h"
#include "tool/search/portfolio.h"

struct trial {
	const struct runtime_path *runtime;
	const char *program; /* path */
	enum search_strategy strategy;
	uint64_t seed;
	uint64_t execution_limit;
};

/*
 * `ret_first` gets the number of the first failing execution, 0 when there was none within the
 * limit. Returns 0 or a negative errno with `diag` filled.
 */
int trial_run(const struct trial *trial, uint64_t *ret_first, struct diag *diag);

/*
 * The same by running the program again and again as the system does, with no tool: fails by
 * any other end than exit status 0, or by not ending within NATIVE_LIMIT_MS.
 */
#define NATIVE_LIMIT_MS 1000

int trial_run_native(
	const char *program, uint64_t run_limit, uint64_t *ret_first, struct diag *diag);

#endif
