/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Was a refusal needless? Its schedule is run one level lower, where the engine does not
 * refuse; if the end is right there, nothing would have been wrong without the refusal.
 */
#ifndef WEFT_TOOL_SQL_RUN_NEEDLESS_H
#define WEFT_TOOL_SQL_RUN_NEEDLESS_H

#include "tool/sql/run/campaign.h"

/* A schedule in which a session was refused. */
struct refused_schedule {
	struct action *actions;
	size_t action_count;
	enum session_end ends[SPEC_SESSIONS_MAX];
};

/*
 * Fills the level's needless and needless_known. Sets the engine up anew: ask when the level's
 * own executions are over. Returns 0 or a negative errno with the diag.
 */
int needless_count(struct sql_campaign *campaign, struct sql_level *level,
	const struct refused_schedule *refused, size_t count, struct diag *diag);

#endif
