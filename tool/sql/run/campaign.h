/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All that is tried with one file on one engine: each isolation level, each fault, every
 * interleaving; what was found, confirmed by running it again.
 */
#ifndef WEFT_TOOL_SQL_RUN_CAMPAIGN_H
#define WEFT_TOOL_SQL_RUN_CAMPAIGN_H

#include "tool/sql/run/lab.h"

enum sql_kind {
	SQL_ANOMALY,
	SQL_INVARIANT,
	SQL_HALF_DONE, /* a crash or failure left a state that is neither before nor after */
	SQL_NOT_IDEMPOTENT, /* doing it twice makes a difference */
	SQL_DEADLOCK,
	SQL_SERIALIZATION, /* a session failed and would have to be tried again */
	SQL_TIMEOUT,
	SQL_KINDS,
};

struct sql_finding {
	enum sql_kind kind;
	enum anomaly anomaly;
	enum spec_level level;
	const struct spec_fault *fault; /* NULL: none */
	const char *detail;		/* the invariant's name and the like, or NULL */
	uint64_t executions;		/* that showed it */
	uint64_t first_execution;	/* 1-based, at its level */
	struct sql_trace shortest;
	struct serial_order order; /* the nearest serial one */
	bool has_order;
	struct sql_trace serial;
	unsigned int confirmed; /* of the campaign's replays */
	const char *schedule_path;
};

/* One row of the matrix. */
struct sql_level {
	enum spec_level level;
	uint64_t executions;
	uint64_t pruned;
	uint64_t bad; /* that no serial order gives, or break an invariant; faults' included */
	uint64_t with_deadlock;
	uint64_t with_failure; /* a serialization failure */
	uint64_t aborted_sessions;
	uint64_t needless; /* serialization failures without which it would have been right */
	uint64_t needless_known; /* out of so many that were looked at */
	uint64_t divergences;
	uint64_t search_ns; /* without the setup, confirming and fixes */
	bool complete;
};

/* A change that was tried. */
struct sql_fix {
	const char *title;
	const char *change; /* in words or SQL */
	bool applies;	    /* else `change` says why not */
	struct sql_level result;
	uint64_t bad_before;
	uint64_t findings; /* executions that showed any */
};

struct sql_campaign {
	const struct spec *spec;
	const struct sql_options *options;
	struct engine *engine;
	struct pool pool;
	struct sql_level *levels;
	size_t level_count;
	struct sql_finding **findings;
	size_t finding_count;
	struct sql_fix *fixes;
	size_t fix_count;
	const char *fix; /* the one that this campaign tries; NULL: none */
	uint64_t executions;
	int64_t start_time; /* seconds since 1970 */
	uint64_t elapsed_ns;
	uint64_t deadline_ns; /* of the search and the fixes */
	unsigned int replays; /* of each finding, by which it is confirmed */
	bool private_server;  /* the engine's server is one that weft has started */
	bool interrupted;
	bool out_of_time;
};

/*
 * The spec, the options, the engine and what is said of its server are the caller's to fill.
 * Returns 0 or a negative errno with the diag; the campaign holds what came before it.
 */
int sql_campaign_run(struct sql_campaign *campaign, struct diag *diag);
void sql_campaign_release(struct sql_campaign *campaign);

/* One schedule, as a file gives it. */
struct sql_plan {
	enum spec_level level;
	const struct spec_fault *fault; /* NULL: none */
	struct action *actions;
	size_t action_count;
};

/*
 * Runs one schedule and judges it. Returns 1: the campaign's findings are what it shows; 0: it
 * shows nothing; -ESTALE: an action is not possible.
 */
int sql_campaign_replay(
	struct sql_campaign *campaign, const struct sql_plan *plan, struct diag *diag);

/* "lost update", "deadlock": how a finding is called; and for programs. */
const char *sql_finding_title(const struct sql_finding *finding);
const char *sql_finding_id(const struct sql_finding *finding);

#endif
