/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deadlocks that an execution did not have but another may: cycles in the order in which its
 * threads took locks while holding others (Havelund, "Using runtime analysis to guide model
 * checking", SPIN 2000; Bensalem and Havelund, HVC 2005). A cycle counts when its threads
 * differ, no two of its steps are taken under a common lock, the modes of reader-writer locks
 * exclude each other, and creation, joins and barriers let all steps happen at the same time.
 *
 * Other synchronisation may still keep a cycle from ever happening: it is a prediction, to be
 * driven. Attempts that don't wait (trylock) and those that gave up give no step. A mutex that
 * is taken again after a condition wait gives none either: the record does not say which.
 */
#ifndef WEFT_TOOL_ANALYSIS_LOCK_ORDER_H
#define WEFT_TOOL_ANALYSIS_LOCK_ORDER_H

#include <stddef.h>

#include "tool/trace/recording.h"

/* Cycles of one recording that are kept; what is more is left out. */
#define LOCK_CYCLES_MAX 64

/*
 * The cycles, shortest first, each given once. Returns 0 or -ENOMEM; the caller frees the list.
 */
int lock_order_find(
	const struct recording *recording, struct lock_cycle **ret_cycles, size_t *ret_count);

#endif
