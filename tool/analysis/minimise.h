/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fewest decisions that still show a finding, by dropping chunks of ever smaller size
 * (delta debugging: Zeller and Hildebrandt, IEEE TSE 2002). What is left is 1-minimal when the
 * limit on executions was not reached: without any single one of the decisions it is not shown.
 */
#ifndef WEFT_TOOL_ANALYSIS_MINIMISE_H
#define WEFT_TOOL_ANALYSIS_MINIMISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/wire.h"

struct minimise_trial {
	void *context;
	/* Executes these decisions. Returns 1 when they show the finding, 0 when not, or an
	 * error. */
	int (*shows)(void *context, const struct wire_decision *decisions, size_t count);
	uint32_t limit;	      /* executions at most */
	uint32_t spent;	      /* counted up */
	uint64_t deadline_ns; /* on CLOCK_MONOTONIC; 0: none */
};

/* Is there room for one more execution? */
bool minimise_may_try(const struct minimise_trial *trial);

/*
 * Drops from `decisions` in place, keeping the order. Returns 0, or the first error of a trial;
 * the decisions that are left are right in both cases.
 */
int minimise(struct minimise_trial *trial, struct wire_decision *decisions, size_t *count);

#endif
