/* SPDX-License-Identifier: Apache-2.0 */
/* Running a program as the system does, and the machine on which everything is measured. */
#ifndef WEFT_BENCH_NATIVE_H
#define WEFT_BENCH_NATIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/diag.h"

struct native_run {
	const char *program;
	char *const *argv;
	const char *environment; /* one more variable, NAME=VALUE, or NULL */
	int expected_status;	 /* at its exit */
	int output_fd;		 /* what stdout and stderr are, emptied before */
	bool is_on_all_cores;
};

/*
 * Keeps this process and all it starts to one processor, the last it may use. With `take_core`,
 * also asks for it alone (SCHED_RR), so that others who use the machine disturb less. Returns 0
 * or a negative errno with `diag` filled.
 */
int native_pin(bool take_core, struct diag *diag);

/* How many processors there were before native_pin(). */
unsigned int native_core_count(void);

/* What this process starts from now on runs on that processor, of those; the last is its own.
 */
void native_use_core(unsigned int index);

/*
 * Starts the program and waits for its end; `ret_peak_kib` gets the most memory that it had
 * resident. Returns 0 or a negative errno with `diag` filled.
 */
int native_execute(const struct native_run *run, uint64_t *ret_peak_kib, struct diag *diag);

/* Forks a child that ends at once and waits for it. */
int native_fork(struct diag *diag);

#endif
