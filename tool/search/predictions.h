/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deadlocks that the campaign did not meet: after it, a few executions are recorded, cycles in
 * the order of their locks are looked for, and each is driven. One that happens is a finding
 * like any other; what is left is reported as a prediction, of the kind lock-order.
 */
#ifndef WEFT_TOOL_SEARCH_PREDICTIONS_H
#define WEFT_TOOL_SEARCH_PREDICTIONS_H

#include "tool/search/failures.h"

/* Cycles that are driven, and for how long. */
#define PREDICTIONS_MAX 32
#define PREDICTIONS_GIVE_UP_NS (UINT64_C(20) * 1000000000)

/* Programs whose executions take longer are not recorded for it. */
#define PREDICTIONS_EXECUTION_NS (UINT64_C(2) * 1000000000)

/* Zero all but the settings. */
struct predictions {
	struct failures *failures; /* borrowed: its server, its findings */
	uint64_t seed;		   /* of the campaign */
	uint64_t executions;	   /* of the campaign: numbers go on from there */
	uint64_t typical_ns;	   /* see failures_start_server() */

	struct prediction *list;
	size_t count;
	uint64_t driven; /* predictions that proved to be deadlocks */
};

/* Returns 0 or a negative errno. */
int predictions_run(struct predictions *predictions, struct diag *diag);

void predictions_release(struct predictions *predictions);

#endif
