/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A schedule on a program that was edited since: lines have moved. Where the named operations
 * may be now is read off an execution of the program as it is, and each possibility is for the
 * caller to try: the whole file moved by so many lines, or each function by as few as possible.
 */
#ifndef WEFT_TOOL_ANALYSIS_ALIGN_H
#define WEFT_TOOL_ANALYSIS_ALIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/symbol/symbols.h"
#include "tool/trace/recording.h"
#include "tool/trace/schedule.h"

/* How far lines are looked for. */
#define ALIGN_LINES 40
/* Possibilities at most. */
#define ALIGN_VARIANTS_MAX 8

/* By how many lines each location of the schedule moves, in each variant. */
struct alignment {
	int32_t *shifts; /* [variant * location_count + location] */
	size_t variants;
	size_t location_count;
};

/* `seen` is a recorded execution of the program, with align_points. Returns 0 or -ENOMEM. */
int align_find(const struct schedule *schedule, const struct recording *seen,
	struct symbols *symbols, struct alignment *ret_alignment);
void alignment_release(struct alignment *alignment);

/*
 * The locations of a variant: an array as long as the schedule's, with strings borrowed from
 * it. The caller frees it; NULL: no memory.
 */
struct schedule_location *align_locations(
	const struct schedule *schedule, const struct alignment *alignment, size_t variant);

/* The same place in the code, though its file may have been compiled in another folder? */
bool align_same_place(const struct schedule_location *a, const struct schedule_location *b);

/*
 * The code around the lines at which plain accesses are named: as POINTS they show where such
 * accesses are now. The caller frees `ret_points`. Returns 0 or -ENOMEM.
 */
int align_points(const struct schedule *schedule, struct symbols *symbols,
	uint64_t **ret_points, size_t *ret_count);

#endif
