/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A finding as a .weft file, docs/format.md: the file of SQL takes the program's place, and
 * `sql-` headers say on which engine and in which order.
 */
#ifndef WEFT_TOOL_SQL_RUN_SCHEDULE_H
#define WEFT_TOOL_SQL_RUN_SCHEDULE_H

#include "tool/sql/run/campaign.h"
#include "tool/trace/schedule.h"

/*
 * Saves the finding to `folder`, which is made, and fills its schedule_path. `names_engine`:
 * the file's name tells the engine, too.
 */
int sql_schedule_save(struct sql_campaign *campaign, struct sql_finding *finding,
	const char *folder, bool names_engine, struct diag *diag);

/* What a file says; all belongs to the pool, the fault's names to the spec. */
struct sql_schedule {
	enum spec_engine engine;
	enum spec_level level;
	int oracle;		 /* enum oracle_mode */
	bool private_server;	 /* it was found on a server that weft started */
	const char *fault_line;	 /* the rest of the header's line; NULL: no fault */
	const char *action_line; /* the same */
	const char *name;	 /* of the .weft file */
};

/* Is it one of SQL? */
bool sql_schedule_is(const struct schedule *schedule);
int sql_schedule_read(const struct schedule *schedule, const char *name,
	struct sql_schedule *ret_schedule, struct diag *diag);

/* Names become the spec's sessions and faults. -ESTALE: the spec has no such any more. */
int sql_schedule_resolve(const struct sql_schedule *schedule, const struct spec *spec,
	struct pool *pool, struct sql_plan *ret_plan, struct diag *diag);

#endif
