/* SPDX-License-Identifier: Apache-2.0 */
/* Advisory locks and triggers; see postgres_gate.h. */
#include "tool/sql/engine/postgres_gate.h"

#include <errno.h>
#include <stdio.h>

#include "tool/launch/clock.h"

/*
 * Each gate is two locks, one behind the other, so that a statement that is let through the
 * first can't come to the next gate before the first is locked again.
 */
#define OUTER "1464157780" /* "WEFT"; the second half of a lock's name is the process */
#define INNER "1464157781"
#define PASS_LIMIT_NS (10 * UINT64_C(1000000000))

/* Runs SQL that gives a truth value, or none. Returns 1, 0 or a negative errno. */
static int ask(PGconn *control, const char *sql, const char *pid, struct diag *diag)
{
	const char *values[] = { pid };
	PGresult *result = pq.execParams(control, sql, 1, NULL, values, NULL, NULL, 0);
	int r;

	if (pq.resultStatus(result) != PGRES_TUPLES_OK)
		r = diag_set(diag, -EIO, "cannot move a gate inside of a statement: %s",
			libpq_error(control));
	else
		r = pq.getvalue(result, 0, 0)[0] == 't';
	pq.clear(result);
	return r;
}

static void add_triggers(struct text *sql, const char *name, const struct engine_table *table)
{
	/* An INSERT has done nothing that others meet before its first row. */
	text_addf(sql,
		"CREATE TRIGGER weft_gate BEFORE UPDATE OR DELETE ON %s.%s FOR EACH STATEMENT "
		"EXECUTE FUNCTION %s.weft_gate();"
		"CREATE TRIGGER weft_row_gate BEFORE INSERT OR UPDATE OR DELETE ON %s.%s "
		"FOR EACH ROW EXECUTE FUNCTION %s.weft_gate();",
		name, table->quoted, name, name, table->quoted, name);
}

int postgres_gates_make(PGconn *control, const char *name, const struct engine_schema *schema,
	struct diag *diag)
{
	struct text sql = { 0 };
	PGresult *result;
	int r = 0;

	text_addf(&sql,
		"CREATE FUNCTION %s.weft_gate() RETURNS trigger LANGUAGE plpgsql AS $gate$ "
		"BEGIN PERFORM pg_catalog.pg_advisory_lock(" OUTER ", pg_backend_pid()); "
		"PERFORM pg_catalog.pg_advisory_unlock(" OUTER ", pg_backend_pid()); "
		"PERFORM pg_catalog.pg_advisory_lock(" INNER ", pg_backend_pid()); "
		"PERFORM pg_catalog.pg_advisory_unlock(" INNER ", pg_backend_pid()); "
		"IF TG_LEVEL = 'STATEMENT' THEN RETURN NULL; END IF; "
		"IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $gate$;",
		name);
	for (size_t i = 0; i < schema->table_count; i++)
		add_triggers(&sql, name, &schema->tables[i]);
	result = pq.exec(control, sql.text);
	if (pq.resultStatus(result) != PGRES_COMMAND_OK)
		r = diag_set(diag, -EIO, "cannot make gates inside of statements: %s",
			libpq_error(control));
	pq.clear(result);
	text_release(&sql);
	return r;
}

#define LOCK(which) "SELECT pg_catalog.pg_advisory_lock(" which ", $1::int) IS NULL"
#define UNLOCK(which) "SELECT pg_catalog.pg_advisory_unlock(" which ", $1::int)"

/* One after the other; NULL ends the list. */
static int move(PGconn *control, const char *const *moves, const char *pid, struct diag *diag)
{
	int r = 0;

	for (; *moves && r >= 0; moves++)
		r = ask(control, *moves, pid, diag);
	return r < 0 ? r : 0;
}

int postgres_gate_close(PGconn *control, const char *pid, struct diag *diag)
{
	static const char *const moves[] = { LOCK(OUTER), LOCK(INNER), NULL };

	return move(control, moves, pid, diag);
}

int postgres_gate_open(PGconn *control, const char *pid, struct diag *diag)
{
	static const char *const moves[] = { UNLOCK(OUTER), UNLOCK(INNER), NULL };

	return move(control, moves, pid, diag);
}

/* Does the process wait for that lock of ours? */
static int waits_at(PGconn *control, const char *lock, const char *pid, struct diag *diag)
{
	char sql[192];

	snprintf(sql, sizeof(sql),
		"SELECT EXISTS (SELECT FROM pg_catalog.pg_locks WHERE pid = $1::int AND "
		"locktype = 'advisory' AND classid = %s AND NOT granted)",
		lock);
	return ask(control, sql, pid, diag);
}

/*
 * Locks are given in the order of asking: first to the statement, which gives it back. So the
 * statement has to stand there already when its lock is given back.
 */
int postgres_gate_pass(PGconn *control, const char *pid, struct diag *diag)
{
	static const char *const outer[] = { UNLOCK(OUTER), LOCK(OUTER), NULL };
	static const char *const inner[] = { UNLOCK(INNER), LOCK(INNER), NULL };
	uint64_t deadline_ns = clock_now_ns() + PASS_LIMIT_NS;
	int r = move(control, outer, pid, diag);
	int waits = 0;

	while (r == 0 && waits == 0) {
		waits = waits_at(control, INNER, pid, diag);
		if (clock_now_ns() > deadline_ns)
			r = diag_set(diag, -ETIMEDOUT,
				"a statement does not go on from a gate that is open");
	}
	if (waits < 0)
		return waits;
	return r < 0 ? r : move(control, inner, pid, diag);
}

int postgres_gate_holds(PGconn *control, const char *pid, struct diag *diag)
{
	return waits_at(control, OUTER, pid, diag);
}
