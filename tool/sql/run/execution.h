/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One execution of a file's sessions on an engine, an action at a time: who is sent what, who
 * waits, what failed and is tried again. It offers the actions that are possible and carries
 * out the one it is told; it chooses nothing.
 */
#ifndef WEFT_TOOL_SQL_RUN_EXECUTION_H
#define WEFT_TOOL_SQL_RUN_EXECUTION_H

#include "tool/sql/core/outcome.h"
#include "tool/sql/core/search.h"
#include "tool/sql/engine/engine.h"
#include "tool/sql/run/program.h"

enum event_kind {
	EVENT_DONE,	 /* a step was sent and came to its end, without waiting */
	EVENT_WAITS,	 /* it was sent and waits for another session */
	EVENT_CONTINUED, /* it waited or was held, and came to its end */
	EVENT_HELD,	 /* it stands at a gate, with its snapshot and its locks */
	EVENT_SKIPPED,	 /* its condition doesn't hold */
	EVENT_VICTIM,	 /* the session was chosen as the victim of a deadlock */
	EVENT_ROLLBACK,	 /* after a failure */
	EVENT_RETRY,	 /* the session begins again */
	EVENT_CRASH,
};

struct event {
	enum event_kind kind;
	unsigned int session;
	const struct spec_step *step; /* NULL: the session's setup, or none */
	const char *sql;	      /* with the captured values */
	const struct result *result;  /* or NULL */
	bool repeated;
};

enum actor_state {
	ACTOR_ABSENT,
	ACTOR_READY,
	ACTOR_PENDING,
	ACTOR_WAITING,
	ACTOR_HELD, /* at a gate inside of its statement */
	ACTOR_OVER
};
enum actor_command { COMMAND_ENTRY, COMMAND_ROLLBACK, COMMAND_TEARDOWN, COMMAND_CLOSE };

struct variable {
	const char *name;
	const char *value;
};

/* One session in this execution. */
struct actor {
	enum actor_state state;
	enum actor_command command; /* under way, or to be sent next */
	struct session_program program;
	unsigned int at; /* the entry that comes next, or is under way */
	unsigned int retries;
	const char *sent; /* the SQL under way */
	bool is_begun;
	bool backs_off;	 /* tries again only when another one has ended a transaction */
	bool has_waited; /* the statement under way did, and that was told */
	bool was_held;	 /* at a gate */
	struct session_outcome outcome;
	struct text results;
	struct variable variables[SPEC_STEPS_MAX];
	unsigned int variable_count;
	enum failure failure; /* the last one */
	struct result *failed;
};

struct execution {
	const struct spec *spec;
	struct engine *engine;
	const struct spec_fault *fault;
	const struct statement *statements; /* by the steps' ids */
	bool use_retries;
	bool exact;	      /* see engine_ops.reset */
	bool one_lock;	      /* all writers of the engine exclude each other */
	bool locks_rows;      /* statements on different rows do not meet */
	struct pool pool;     /* of this execution */
	struct pool programs; /* of all with this fault */
	struct actor actors[SPEC_SESSIONS_MAX];
	unsigned int last; /* session that an action was carried out for */
	uint32_t clock;
	session_set deadlock; /* whose victim is to be chosen */
	bool is_cycle;	      /* who waits for whom is known, and it is a cycle */
	cell_ignored ignored;
	const void *ignored_context;

	/* What has happened. */
	struct event *events;
	size_t event_count;
	struct action *actions;
	size_t action_count;
	unsigned int deadlocks;
	unsigned int timeouts;
	unsigned int failures; /* serialization failures */
	struct diag *diag;
};

/*
 * `execution` is zeroed but for the fields above `pool` and the diag. Call prepare again when
 * the fault is another one.
 */
void execution_prepare(struct execution *execution);
void execution_release(struct execution *execution);

/* All return 0 or a negative errno with the diag filled, where nothing else is said. */
int execution_begin(struct execution *execution, session_set sessions);
int execution_actions(struct execution *execution, struct action actions[SEARCH_ACTIONS_MAX]);
int execution_perform(struct execution *execution, struct action action);
bool execution_independent(const struct execution *execution, struct action a, struct action b);

/* Carries on with one session until it is over. */
int execution_finish_session(struct execution *execution, unsigned int session);

/*
 * The outcome with the data that `final_sql` reads, in the execution's pool. *ret_final are the
 * rows of the data.
 */
int execution_outcome(struct execution *execution, const char *final_sql,
	struct outcome *ret_outcome, struct result **ret_final);

#endif
