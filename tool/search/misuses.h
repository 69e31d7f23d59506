/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a campaign does about misuses of locks and threads: as with data races, it goes on. They
 * are counted while it searches for failures; at its end each is examined for a finding of its
 * own. One that was seen before costs a look into a table.
 */
#ifndef WEFT_TOOL_SEARCH_MISUSES_H
#define WEFT_TOOL_SEARCH_MISUSES_H

#include "tool/analysis/pc_map.h"
#include "tool/search/failures.h"

/* Misuses that differ are examined up to this number. */
#define MISUSES_EXAMINED_MAX 64

/* Sets of kinds: bit 1u << enum wire_misuse_kind. */
#define MISUSES_ALL ((1u << WIRE_MISUSE_KIND_COUNT) - 1)
/* Without those that programs which are right do for a reason: at the end of the process. */
#define MISUSES_USUAL \
	(MISUSES_ALL & ~(1u << WIRE_MISUSE_EXIT_HOLDING | 1u << WIRE_MISUSE_THREAD_LEAK))

/* "all", "usual", "off", or names after commas. Returns 0, or -EINVAL with `diag`. */
int misuses_parse(const char *text, uint32_t *ret_kinds, struct diag *diag);

/* Zero all but the settings. */
struct misuses {
	struct failures *failures; /* borrowed: its server, its findings */
	uint32_t kinds;		   /* that are told */
	bool at_once;		   /* examine in misuses_take(): stop at the first finding */

	struct misuse_group *groups; /* in the order in which they were seen first */
	size_t count;
	struct pc_map keys;   /* misuse_key() -> index in groups */
	struct modules image; /* that the addresses are of */
};

/* For struct campaign_observer. */
int misuses_take(
	struct misuses *misuses, const struct campaign_failure *execution, struct diag *diag);

/* Examines those that were not yet, after the campaign. Returns 0 or a negative errno. */
int misuses_finish(struct misuses *misuses, struct diag *diag);

void misuses_release(struct misuses *misuses);

#endif
