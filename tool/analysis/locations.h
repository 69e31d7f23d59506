/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The places in the program that a finding is about, from the end of its recorded execution:
 * where it failed, or where the involved threads wait and acquired what others wait for. A
 * deadlock involves the threads of the cycle; without one, those that wait for nobody in
 * particular.
 */
#ifndef WEFT_TOOL_ANALYSIS_LOCATIONS_H
#define WEFT_TOOL_ANALYSIS_LOCATIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/analysis/finding.h"
#include "tool/symbol/symbols.h"
#include "tool/trace/recording.h"

/* Returns 0 or -ENOMEM. The caller releases the list. */
int locations_find(const struct recording *recording, struct symbols *symbols,
	enum finding_kind kind, struct finding_location **ret_locations, size_t *ret_count);

void locations_release(struct finding_location *locations, size_t count);

/* Of the role of a block's allocation, which does not make a failure another bug. */
#define LOCATION_ALLOCATED "allocated here"

/*
 * The threads that a deadlock or livelock is about, in the order in which they are told.
 * Returns how many, or -ENOMEM; `is_cycle` says whether each waits for the next. The caller
 * frees them.
 */
int locations_involved(const struct recording *recording, enum finding_kind kind,
	uint32_t **ret_threads, bool *is_cycle);

/*
 * What makes two failures the same bug: kind and places by name, in no particular order, since
 * threads that do the same are interchangeable. Never addresses, process ids or folders.
 */
uint64_t fingerprint(enum finding_kind kind, int32_t value, const struct finding_location *list,
	size_t count);

#endif
