/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a campaign does about data races: it goes on. Races are collected and counted while it
 * searches for failures; at its end each is examined like a failure, for a finding of its own.
 * One that was seen before costs a look into a table.
 */
#ifndef WEFT_TOOL_SEARCH_RACES_H
#define WEFT_TOOL_SEARCH_RACES_H

#include "tool/analysis/pc_map.h"
#include "tool/search/failures.h"

/* Races that differ are examined up to this number; the rest is counted. */
#define RACES_EXAMINED_MAX 200

/*
 * From a quarter of this time on a race is replayed once only, without running it the other way
 * round; after all of it, no more are examined. What is left is counted.
 */
#define RACES_BUDGET_NS (UINT64_C(120) * 1000000000)
/* From an interrupt on, and at least, however short the campaign was to be. */
#define RACES_BUDGET_MIN_NS (UINT64_C(10) * 1000000000)

/* Zero all but the settings. */
struct races {
	struct failures *failures; /* borrowed: its server, its findings */
	uint64_t budget_ns;	   /* for examining them */
	bool at_once; /* examine in races_take(): the campaign is to stop at the first finding
		       */

	struct race_group *groups; /* in the order in which they were seen first */
	size_t count;
	struct pc_map pairs;	 /* race_key() -> index in groups */
	struct modules image;	 /* that the addresses are of */
	struct symbols *symbols; /* of the server's image */
	char *maps;
	uint64_t examined_ns;
	uint64_t stop_ns; /* when they have to be done with, after an interrupt; 0: none came */
	uint64_t examined;
	uint64_t unexamined;
	uint64_t suppressed; /* distinct races */
};

/* For struct campaign_observer, with a struct races. */
int races_take(
	struct races *races, const struct campaign_failure *execution, struct diag *diag);

/* Examines those that were not yet, after the campaign. Returns 0 or a negative errno. */
int races_finish(struct races *races, struct diag *diag);

void races_release(struct races *races);

#endif
