/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a recorded execution to the decisions in it that differed from the default, in the
 * stable coordinates of struct wire_decision: thread by creation path, operation kind,
 * location, and the how-manieth such operation of that thread it was.
 *
 * What a location is, is up to the caller: the exact return address when nothing is known of
 * the program yet, the function and source line in a schedule that is to survive recompiling.
 * Counting by lines is right only for an execution in which every operation on those lines was
 * a scheduling point; synchronisation always is, plain accesses are when the POINTS area names
 * all of them.
 */
#ifndef WEFT_TOOL_ANALYSIS_DECISIONS_H
#define WEFT_TOOL_ANALYSIS_DECISIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/wire.h"
#include "tool/analysis/pc_map.h"
#include "tool/trace/recording.h"

/* Gives return addresses their location numbers: the same one for addresses that count as one.
 */
struct location_map {
	void *context;
	/* Returns the number of the event's place, or WIRE_NONE for "any"; a negative errno in
	 * `error` stops the work. */
	uint32_t (*number)(void *context, const struct wire_event *event, int *error);
};

struct decision_list {
	struct wire_decision *items; /* in the order in which they were taken */
	uint32_t *events;	     /* index in the recording's events, for each */
	size_t count;
	size_t capacity;
};

enum decisions_wanted {
	DECISIONS_UNUSUAL,    /* that differ from the default */
	DECISIONS_ON_THREADS, /* every choice of a thread, with the one that was chosen */
	DECISIONS_POSSIBLE,   /* a preemption of nobody's choice in front of every operation */
};

/* Fills the list, which the caller releases. Returns 0, -ENOMEM or what the map said. */
int decisions_extract(const struct recording *recording, enum decisions_wanted wanted,
	const struct location_map *map, struct decision_list *ret_list);

void decision_list_release(struct decision_list *list);

/* Is the event a decision that differs from the default? */
bool decision_is_unusual(const struct wire_event *event);

/* How many of them leave a thread that could have gone on. */
uint32_t decisions_count_preemptions(const struct wire_decision *decisions, size_t count);

/*
 * The map by exact return address. `pcs` lists those seen, by number; the caller frees the map
 * with exact_locations_release.
 */
struct exact_locations {
	uint64_t *pcs;
	size_t count;
	size_t capacity;
	struct pc_map numbers;
};

struct location_map exact_locations_map(struct exact_locations *locations);
void exact_locations_release(struct exact_locations *locations);

/* As the LOCATIONS area wants them, sorted. The caller frees it; NULL: no memory. */
struct wire_location *exact_locations_ranges(const struct exact_locations *locations);

#endif
