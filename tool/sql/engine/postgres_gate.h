/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gates inside a statement, for `overlap`: triggers that take and give back an advisory lock
 * named by the session's process. While the observer holds it, the session's statement stops
 * there: an UPDATE or DELETE when it has its snapshot and has done nothing, and any of them
 * before each row. Triggers that find the lock free go on at once.
 */
#ifndef WEFT_TOOL_SQL_ENGINE_POSTGRES_GATE_H
#define WEFT_TOOL_SQL_ENGINE_POSTGRES_GATE_H

#include "tool/sql/engine/engine.h"
#include "tool/sql/engine/libpq.h"

/* Makes the triggers of all tables that the schema has. Returns 0 or a negative errno. */
int postgres_gates_make(PGconn *control, const char *name, const struct engine_schema *schema,
	struct diag *diag);

/* The session's statements stop at gates from now on, or no longer. */
int postgres_gate_close(PGconn *control, const char *pid, struct diag *diag);
int postgres_gate_open(PGconn *control, const char *pid, struct diag *diag);

/* Lets the statement go on to the next gate, or to its end. */
int postgres_gate_pass(PGconn *control, const char *pid, struct diag *diag);

/* 1: its statement stands at a gate; 0: it does not. */
int postgres_gate_holds(PGconn *control, const char *pid, struct diag *diag);

#endif
