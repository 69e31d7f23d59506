/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file for `weft sql`: sessions made of SQL steps, what surrounds them, and what is to be
 * tried. It is a superset of the specs of PostgreSQL's isolationtester; docs/sql.md has the
 * grammar. Everything belongs to the spec's pool.
 */
#ifndef WEFT_TOOL_SQL_SPEC_SPEC_H
#define WEFT_TOOL_SQL_SPEC_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/diag.h"
#include "tool/sql/data/pool.h"

#define SPEC_SESSIONS_MAX 16
#define SPEC_STEPS_MAX 256 /* of all sessions */
#define SPEC_SIZE_MAX (16 * 1024 * 1024)

enum spec_engine { SPEC_SQLITE, SPEC_POSTGRES, SPEC_MARIADB, SPEC_ENGINES };

enum spec_level {
	LEVEL_DEFAULT,
	LEVEL_READ_UNCOMMITTED,
	LEVEL_READ_COMMITTED,
	LEVEL_REPEATABLE_READ,
	LEVEL_SNAPSHOT, /* MariaDB: repeatable read with innodb_snapshot_isolation */
	LEVEL_SERIALIZABLE,
	SPEC_LEVELS,
};

enum spec_comparison { COMPARE_EQ, COMPARE_NE, COMPARE_LT, COMPARE_LE, COMPARE_GT, COMPARE_GE };

/* `when NAME = VALUE`: the step is left out when it does not hold. */
struct spec_condition {
	const char *variable; /* NULL: always */
	enum spec_comparison comparison;
	const char *value; /* NULL: SQL's NULL */
};

struct spec_step {
	const char *name;
	const char *sql;
	const char *capture; /* `-> NAME`; or NULL */
	struct spec_condition when;
	unsigned int session;
	unsigned int index; /* in its session */
	unsigned int id;    /* in the file */
	bool overlaps;	    /* to be held between its snapshot and its effect */
	uint32_t line, column;
};

struct spec_session {
	const char *name;
	const char *setup;    /* or NULL */
	const char *teardown; /* or NULL */
	struct spec_step **steps;
	unsigned int step_count;
	unsigned int retries; /* how often it is run again after a failure that asks for it */
	uint32_t line, column;
};

enum spec_blocker_kind { BLOCKER_ONCE, BLOCKER_STEP, BLOCKER_NOTICES };

/* A marker of a step in a permutation. */
struct spec_blocker {
	enum spec_blocker_kind kind;
	const char *name;
	struct spec_step *step;
	unsigned int notices;
	uint32_t line, column;
};

struct spec_turn {
	const char *name;
	struct spec_step *step;
	struct spec_blocker *blockers;
	size_t blocker_count;
	uint32_t line, column;
};

struct spec_permutation {
	struct spec_turn *turns;
	size_t turn_count;
};

/* `invariant NAME { SQL }`: a query that gives one value, which is to be true. */
struct spec_query {
	const char *name; /* or NULL */
	const char *sql;
};

/* What is made to go wrong, one thing at a time. */
enum spec_fault_kind {
	FAULT_NONE,
	FAULT_CRASH,
	FAULT_FAIL,
	FAULT_REPEAT_STEP,
	FAULT_REPEAT_SESSION
};

struct spec_fault {
	enum spec_fault_kind kind;
	const char *name;
	unsigned int session;
	struct spec_step *step; /* NULL: the session */
	uint32_t line, column;
};

struct spec {
	struct pool pool;
	const char *name;    /* of the file */
	const char **setups; /* each sent on its own */
	size_t setup_count;
	const char *teardown; /* or NULL */
	struct spec_session **sessions;
	unsigned int session_count;
	struct spec_step **steps; /* by their id */
	unsigned int step_count;
	struct spec_permutation *permutations;
	size_t permutation_count;

	/* Beyond isolationtester's specs. */
	enum spec_engine *engines;
	size_t engine_count;
	enum spec_level *levels;
	size_t level_count;
	struct spec_query *invariants;
	size_t invariant_count;
	struct spec_query *finals;
	size_t final_count;
	bool overlaps;	      /* some step does */
	const char **ignored; /* "column" or "table.column" */
	size_t ignored_count;
	struct spec_fault *faults;
	size_t fault_count;
	uint64_t timeout_ns; /* of a step; 0: not given */
};

/*
 * Reads a file, or a text that messages call `name`. `strict` takes exactly the language of
 * PostgreSQL 15's isolationtester. Returns 0 and a spec that the caller frees, or a negative
 * errno with "file:line:column: what is wrong".
 */
int spec_read(const char *path, bool strict, struct spec **ret_spec, struct diag *diag);
int spec_parse(const char *name, const char *text, size_t size, bool strict,
	struct spec **ret_spec, struct diag *diag);
void spec_free(struct spec *spec);

const char *spec_engine_name(enum spec_engine engine);
const char *spec_level_name(enum spec_level level);

/* -EINVAL: no such name. */
int spec_engine_find(const char *name, enum spec_engine *ret_engine);
int spec_level_find(const char *name, enum spec_level *ret_level);

/* The step or session with that name, or NULL. */
struct spec_step *spec_find_step(const struct spec *spec, const char *name);
struct spec_session *spec_find_session(const struct spec *spec, const char *name);

/* Does `condition` hold for a captured value? Numbers are compared as such. */
bool spec_condition_holds(const struct spec_condition *condition, const char *value);

#endif
