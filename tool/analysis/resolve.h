/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between the source locations of a schedule and the code addresses of one process image, both
 * ways. A location is the display frame of an operation's return address: function, file and
 * line, or module and offset where there is no debug information; none for code of the system.
 */
#ifndef WEFT_TOOL_ANALYSIS_RESOLVE_H
#define WEFT_TOOL_ANALYSIS_RESOLVE_H

#include <stddef.h>
#include <stdint.h>

#include "common/wire.h"
#include "tool/analysis/decisions.h"
#include "tool/analysis/pc_map.h"
#include "tool/diag.h"
#include "tool/symbol/symbols.h"
#include "tool/trace/schedule.h"

/*
 * From addresses to locations: numbers are indices in `schedule`'s locations, which are added
 * as they are met. Both are borrowed; release `numbers`.
 */
struct line_locations {
	struct symbols *symbols;
	struct schedule *schedule;
	struct pc_map numbers;
};

struct location_map line_locations_map(struct line_locations *lines);
void line_locations_release(struct line_locations *lines);

/* Where the locations of a schedule are in a process image. */
struct code_places {
	struct wire_location *ranges; /* as the LOCATIONS area wants them */
	size_t count;
	size_t missing;		/* locations that this image has no code for */
	uint32_t first_missing; /* the first such, or WIRE_NONE */
};

/* Returns 0 (also when locations are missing) or -ENOMEM. */
int resolve_locations(const struct schedule *schedule, struct symbols *symbols,
	struct code_places *ret_places, struct diag *diag);
void code_places_release(struct code_places *places);

/* For qsort: struct wire_location as the LOCATIONS area wants them. */
int resolve_by_start(const void *a, const void *b);

/*
 * The POINTS that these decisions need: all code of the lines at which a plain access is named.
 * The caller frees `ret_points`. Returns 0 or -ENOMEM.
 */
int resolve_points(const struct code_places *places, const struct wire_decision *decisions,
	size_t count, uint64_t **ret_points, size_t *ret_count);

#endif
