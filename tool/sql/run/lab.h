/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where executions of one file are made and judged, at one isolation level and with one fault:
 * it knows the serial outcomes, which it makes when they are first asked for.
 */
#ifndef WEFT_TOOL_SQL_RUN_LAB_H
#define WEFT_TOOL_SQL_RUN_LAB_H

#include "tool/sql/core/anomaly.h"
#include "tool/sql/core/oracle.h"
#include "tool/sql/run/execution.h"

struct sql_progress {
	uint64_t executions;
	size_t findings;
	const char *fix; /* the one that is tried; NULL: it searches */
};

struct sql_options {
	enum oracle_mode oracle;
	uint64_t max_executions; /* at each level and fault; 0: no limit */
	uint64_t time_ns;	 /* of the whole; 0: no limit */
	bool no_pruning;
	bool no_fixes;
	/* Tells how far it is, after each execution; may be NULL. */
	void (*progress)(void *context, const struct sql_progress *progress);
	void *progress_context;
};

/* What is shown of an execution. All in the campaign's pool. */
struct sql_trace {
	struct event *events;
	size_t event_count;
	struct action *actions;
	size_t action_count;
	unsigned int switches;
	struct result *final;
	enum session_end ends[SPEC_SESSIONS_MAX];
};

/* What an execution showed. */
struct lab_verdict {
	struct oracle_verdict oracle;
	enum anomaly anomaly;		 /* when the oracle does not accept it */
	const struct spec_query *broken; /* an invariant that doesn't hold; or NULL */
	bool deadlock;			 /* a session failed for good by it */
	bool serialization;
	bool timeout;
	unsigned int aborted; /* sessions */
};

/* One serial execution, kept. */
struct serial_run {
	struct serial_run *next;
	struct serial_order order;
	struct outcome outcome;
	struct sql_trace trace;
};

struct cell;

struct lab {
	const struct spec *spec;
	const struct sql_options *options;
	struct engine *engine;
	enum spec_level level;
	struct statement_tables tables; /* of the schema */
	struct statement statements[SPEC_STEPS_MAX];
	struct execution execution;
	struct execution alone; /* for the serial ones */
	struct pool kept;
	struct serial_run *serials;
	struct cell *known; /* values of generated columns that the setup made */
	const char *final_sql;
	struct outcome outcome; /* of the last execution */
	struct result *final;
	struct diag *diag;
};

/* Fills the description of all steps, and what the engine must know of them. */
void lab_describe(const struct spec *spec, const struct statement_tables *tables,
	struct statement statements[SPEC_STEPS_MAX], bool *ret_rebuild, bool *ret_discard);

/* Sets the engine up. Release it also when this fails. Returns 0 or a negative errno. */
int lab_open(struct lab *lab, const struct spec *spec, struct engine *engine,
	const struct sql_options *options, struct diag *diag);
int lab_level(struct lab *lab, enum spec_level level);
void lab_fault(struct lab *lab, const struct spec_fault *fault); /* NULL: none */
void lab_release(struct lab *lab);

/* Of the execution that has just come to its end. */
int lab_judge(struct lab *lab, struct lab_verdict *ret_verdict);

/* A copy of an execution, or of the serial one in that order, which was made before. */
void lab_trace(struct lab *lab, struct pool *pool, struct sql_trace *ret_trace);
bool lab_serial_trace(struct lab *lab, const struct serial_order *order, struct pool *pool,
	struct sql_trace *ret_trace);

/* The execution in that order, made when it is first asked for; NULL: the lab's diag says why.
 */
const struct serial_run *lab_serial(struct lab *lab, const struct serial_order *order);

/* For rows_canonical(), with the lab as context: what does not count. */
bool lab_ignores(const char *column, const char *value, const void *context);

/* Runs one schedule. -ESTALE: an action is not possible. */
int lab_replay(struct lab *lab, const struct action *actions, size_t count);

/* How often the execution goes from one session to another. */
unsigned int trace_switches(const struct event *events, size_t count);

#endif
