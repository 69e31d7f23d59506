/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fewer preemptions by bringing together what one thread does in pieces (after Jalbert and Sen,
 * "A trace simplification technique for effective debugging of concurrent programs", FSE 2010).
 * Where A is left for B and B for A again, A's second piece is tried right after its first one,
 * its first one right before the second, and both switches are tried without. Single decisions
 * that can't be dropped often can in this way.
 */
#ifndef WEFT_TOOL_ANALYSIS_MERGE_H
#define WEFT_TOOL_ANALYSIS_MERGE_H

#include <stddef.h>

#include "common/wire.h"
#include "tool/analysis/minimise.h"

/*
 * Changes `decisions`, of which there are `count`, in place: they never get more. They are in
 * the order in which they come up. Returns 1 when some were merged, 0 when none could be, or
 * the first error of a trial; the decisions that are left are right in all cases.
 */
int merge(struct minimise_trial *trial, struct wire_decision *decisions, size_t *count);

#endif
