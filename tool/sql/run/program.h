/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a session does from its start to its end: its setup, its steps, its teardown, with the
 * fault that is tried built in. Which entries follow on the one before without giving anybody
 * else a turn is decided here as well: a session's setup, and what only opens a transaction.
 */
#ifndef WEFT_TOOL_SQL_RUN_PROGRAM_H
#define WEFT_TOOL_SQL_RUN_PROGRAM_H

#include "tool/sql/core/statement.h"
#include "tool/sql/spec/spec.h"

struct entry {
	const char *sql;
	const struct spec_step *step; /* NULL: the session's setup */
	struct statement statement;
	bool goes_on;  /* the next entry follows at once */
	bool repeated; /* the second time, whose result doesn't count */
	bool fails;    /* is not sent: it fails */
	bool crashes;  /* the session is cut after it */
};

struct session_program {
	struct entry *entries;
	unsigned int count;
};

/* `statements`: by the steps' ids. */
void program_build(struct pool *pool, const struct spec *spec, unsigned int session,
	const struct spec_fault *fault, const struct statement *statements,
	struct session_program *ret_program);

#endif
