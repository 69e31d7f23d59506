/* SPDX-License-Identifier: Apache-2.0 */
/* What a step touches; whatever is not certain must come out as unsure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

#include "tool/sql/core/statement.h"

static int find(const void *context, const char *name, size_t size)
{
	static const char *const tables[] = { "account", "orders" };

	(void)context;
	for (int i = 0; i < 2; i++)
		if (strlen(tables[i]) == size && strncasecmp(tables[i], name, size) == 0)
			return i;
	return -1;
}

/* Of account, it is the id. */
static bool is_key(const void *context, int table, const char *column, size_t size)
{
	(void)context;
	return table == 0 && size == 2 && strncasecmp(column, "id", 2) == 0;
}

static const struct statement_tables tables = { .find = find, .is_key = is_key };

static struct statement read_sql(const char *sql)
{
	struct statement statement;

	statement_read(sql, &tables, &statement);
	return statement;
}

static bool independent(const char *a, const char *b)
{
	struct statement first = read_sql(a), second = read_sql(b);

	return statement_independent(&first, true, &second, true);
}

static void opening_a_transaction_does_nothing_yet(void **state)
{
	(void)state;
	assert_true(read_sql("BEGIN;").begins);
	assert_true(read_sql("start transaction isolation level repeatable read").begins);
	assert_true(read_sql("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE").begins);
	assert_false(read_sql("BEGIN IMMEDIATE").begins);
	assert_false(read_sql("START TRANSACTION WITH CONSISTENT SNAPSHOT").begins);
	assert_false(read_sql("BEGIN; SELECT * FROM account").begins);
}

static void reads_and_writes_are_told_apart(void **state)
{
	(void)state;
	assert_false(read_sql("SELECT * FROM account WHERE id = 1").writes);
	assert_true(read_sql("SELECT * FROM account FOR UPDATE").writes);
	assert_true(read_sql("WITH x AS (DELETE FROM orders RETURNING 1) SELECT 1").writes);
	assert_int_equal(
		read_sql("UPDATE Account SET a = 'orders' -- orders\n").touched.tables, 1);
	assert_int_equal(read_sql("SELECT 1 FROM \"orders\", account").touched.tables, 3);
}

static void what_is_not_known_is_unsure(void **state)
{
	(void)state;
	assert_true(read_sql("SELECT transfer(1) FROM account").unsure);
	assert_true(read_sql("SELECT * FROM somewhere").unsure);
	assert_true(read_sql("SELECT 1 FROM account; SELECT 2 FROM account").unsure);
	assert_true(read_sql("CALL pay(1)").unsure);
	assert_false(read_sql("SELECT count(*) FROM account WHERE id IN (1, 2)").unsure);
}

static void what_is_left_behind_is_noticed(void **state)
{
	(void)state;
	assert_true(read_sql("CREATE TABLE x (a int)").changes_schema);
	assert_true(read_sql("SET work_mem = 1").changes_session);
	assert_true(read_sql("SELECT pg_advisory_lock(1)").changes_session);
	assert_false(read_sql("UPDATE account SET a = 1").changes_session);
	assert_false(read_sql("COMMIT").changes_schema);
}

static void only_certain_pairs_are_independent(void **state)
{
	(void)state;
	assert_true(independent("SELECT * FROM account", "SELECT * FROM account"));
	assert_true(independent("UPDATE account SET a = 1", "UPDATE orders SET a = 1"));
	assert_true(independent("BEGIN", "UPDATE orders SET a = 1"));
	assert_false(independent("UPDATE account SET a = 1", "SELECT * FROM account"));
	assert_false(independent("COMMIT", "SELECT * FROM account"));
	assert_false(independent("SELECT f() FROM account", "SELECT * FROM orders"));
}

static void a_write_of_its_own_commits(void **state)
{
	struct statement write = read_sql("UPDATE account SET a = 1");
	struct statement read = read_sql("SELECT * FROM orders");

	(void)state;
	assert_true(statement_independent(&write, true, &read, true));
	assert_false(statement_independent(&write, false, &read, true));
}

static void quotes_and_comments_never_run_over_the_end(void **state)
{
	static const char *const texts[] = { "'", "\"", "`", "'a''", "/*", "/* *", "--", "$$",
		"$a$ $a", "$", "''''", "-", "/", "1.", NULL };

	(void)state;
	for (const char *const *text = texts; *text; text++)
		read_sql(*text);
}

static void different_rows_are_told_apart(void **state)
{
	const char *first = "UPDATE account SET balance = balance - 1 WHERE id = 1";

	(void)state;
	assert_true(independent(first, "UPDATE account SET balance = 0 WHERE id = 2"));
	assert_true(independent(first, "SELECT * FROM account WHERE id = 2 FOR UPDATE;"));
	assert_true(independent(first, "SELECT 1 FROM account WHERE balance > 3 AND id = 2"));
	assert_false(independent(first, "UPDATE account SET balance = 0 WHERE id = 1"));
	assert_false(independent(first, "SELECT * FROM account"));
}

static void a_row_that_is_not_certain_is_none(void **state)
{
	static const char *const unsure[] = { "UPDATE account SET id = 1 WHERE id = 2",
		"SELECT * FROM account WHERE id = 2 OR balance = 1",
		"SELECT * FROM account WHERE (balance = 1) IN (id = 2)",
		"SELECT * FROM account WHERE balance = 1 || id = 2",
		"SELECT * FROM account WHERE id = 2 + 1",
		"SELECT * FROM account WHERE id = 2.5", "SELECT * FROM account WHERE id = '2'",
		"SELECT * FROM account WHERE id = {n}", "SELECT * FROM account WHERE id > 2",
		"SELECT * FROM account WHERE NOT id = 2",
		"SELECT 1 FROM account WHERE balance BETWEEN 0 AND id = 2",
		"INSERT INTO account SELECT 1 FROM account WHERE id = 2",
		"SELECT * FROM account a WHERE a.id = 2",
		"SELECT * FROM account, orders WHERE id = 2",
		"UPDATE orders SET a = 1 WHERE id = 2" };

	(void)state;
	for (size_t i = 0; i < sizeof(unsure) / sizeof(unsure[0]); i++)
		assert_false(read_sql(unsure[i]).touched.has_key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opening_a_transaction_does_nothing_yet),
		cmocka_unit_test(different_rows_are_told_apart),
		cmocka_unit_test(a_row_that_is_not_certain_is_none),
		cmocka_unit_test(reads_and_writes_are_told_apart),
		cmocka_unit_test(what_is_not_known_is_unsure),
		cmocka_unit_test(what_is_left_behind_is_noticed),
		cmocka_unit_test(only_certain_pairs_are_independent),
		cmocka_unit_test(a_write_of_its_own_commits),
		cmocka_unit_test(quotes_and_comments_never_run_over_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
