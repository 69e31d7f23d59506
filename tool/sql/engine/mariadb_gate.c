/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gates inside a statement, for `overlap`: triggers for each row that take and give back a user
 * lock named by the connection. While the observer holds it, the connection's statement stops
 * there, before each row. Triggers that find the lock free go on at once. Each gate is two
 * locks, one behind the other, so that a statement that is let through the first can't come to
 * the next gate before the first is locked again.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tool/launch/clock.h"
#include "tool/sql/engine/mariadb.h"

#define GATE_SECONDS "100000"
#define PASS_LIMIT_NS (10 * UINT64_C(1000000000))

/* Returns how many rows there are, or a negative errno. */
static int ask(MYSQL *control, const char *sql, struct diag *diag)
{
	MYSQL_RES *result = NULL;
	int count;

	if (mariadb.real_query(control, sql, strlen(sql)) == 0)
		result = mariadb.store_result(control);
	if (!result)
		return diag_set(diag, -EIO, "cannot move a gate inside of a statement: %s",
			mariadb.error(control));
	count = (int)mariadb.num_rows(result);
	mariadb.free_result(result);
	return count;
}

int mariadb_gates_make(MYSQL *control, const struct engine_schema *schema, struct diag *diag)
{
	static const char *const operations[] = { "INSERT", "UPDATE", "DELETE" };
	int r = 0;

	for (size_t i = 0; i < schema->table_count; i++)
		for (size_t o = 0; o < 3 && r == 0; o++) {
			struct text sql = { 0 };

			text_addf(&sql,
				"CREATE TRIGGER weft_%s_%zu BEFORE %s ON %s FOR EACH ROW "
				"BEGIN DO GET_LOCK(CONCAT('weft_outer_', "
				"CONNECTION_ID()), " GATE_SECONDS "); "
				"DO RELEASE_LOCK(CONCAT('weft_outer_', CONNECTION_ID())); "
				"DO GET_LOCK(CONCAT('weft_inner_', "
				"CONNECTION_ID()), " GATE_SECONDS "); "
				"DO RELEASE_LOCK(CONCAT('weft_inner_', CONNECTION_ID())); END",
				operations[o], i, operations[o], schema->tables[i].quoted);
			r = mariadb_execute(control, sql.text, diag);
			text_release(&sql);
		}
	return r;
}

static int move(
	MYSQL *control, const char *which, unsigned long id, bool closed, struct diag *diag)
{
	char sql[96];
	int r;

	snprintf(sql, sizeof(sql),
		closed ? "SELECT GET_LOCK('weft_%s_%lu', " GATE_SECONDS ")"
		       : "SELECT RELEASE_LOCK('weft_%s_%lu')",
		which, id);
	r = ask(control, sql, diag);
	return r < 0 ? r : 0;
}

int mariadb_gate_move(MYSQL *control, unsigned long id, bool closed, struct diag *diag)
{
	int r = move(control, "outer", id, closed, diag);

	return r < 0 ? r : move(control, "inner", id, closed, diag);
}

/* Waits until the statement stands at the inner lock: nothing else can hold it up there. */
static int await_inner(MYSQL *control, unsigned long id, struct diag *diag)
{
	uint64_t deadline_ns = clock_now_ns() + PASS_LIMIT_NS;
	char sql[128];

	snprintf(sql, sizeof(sql),
		"SELECT 1 FROM information_schema.processlist WHERE id = %lu AND state = "
		"'User lock'",
		id);
	for (;;) {
		int r = ask(control, sql, diag);

		if (r != 0)
			return r < 0 ? r : 0;
		if (clock_now_ns() > deadline_ns)
			return diag_set(diag, -ETIMEDOUT,
				"a statement does not go on from a gate that is open");
	}
}

/*
 * Locks are given in the order of asking: first to the statement, which gives it back. So the
 * statement has to stand there already when its lock is given back.
 */
int mariadb_gate_pass(MYSQL *control, unsigned long id, struct diag *diag)
{
	int r = move(control, "outer", id, false, diag);

	if (r == 0)
		r = move(control, "outer", id, true, diag);
	if (r == 0)
		r = await_inner(control, id, diag);
	if (r == 0)
		r = move(control, "inner", id, false, diag);
	return r < 0 ? r : move(control, "inner", id, true, diag);
}
