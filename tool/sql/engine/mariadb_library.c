/* SPDX-License-Identifier: Apache-2.0 */
/* Loading, connecting and the schema; see mariadb.h. */
#include <errno.h>
#include <mariadb/errmsg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "tool/sql/engine/library.h"
#include "tool/sql/engine/mariadb.h"

int mariadb_load(struct diag *diag)
{
	static const char *const files[] = { "libmariadb.so.3", NULL };
	static const struct library_symbol symbols[] = {
#define X(function) { "mysql_" #function, offsetof(struct mariadb_library, function) },
		MARIADB_FUNCTIONS(X)
#undef X
			{ "mysql_errno", offsetof(struct mariadb_library, errno_) },
		{ NULL, 0 }
	};

	return mariadb.init ? 0 : library_load(files, "libmariadb3", symbols, &mariadb, diag);
}

/* ---- connecting ---- */

static int set_field(struct mariadb_address *address, char *word, struct diag *diag)
{
	char *value = strchr(word, '=');

	if (!value)
		return diag_set(diag, -EINVAL, "'%s' is no NAME=VALUE", word);
	*value++ = '\0';
	if (strcmp(word, "host") == 0)
		address->host = value;
	else if (strcmp(word, "user") == 0)
		address->user = value;
	else if (strcmp(word, "password") == 0)
		address->password = value;
	else if (strcmp(word, "socket") == 0)
		address->socket = value;
	else if (strcmp(word, "port") == 0)
		address->port = (unsigned int)strtoul(value, NULL, 10);
	else
		return diag_set(diag, -EINVAL,
			"'%s' is none of host, port, socket, user and password", word);
	return 0;
}

int mariadb_address_parse(
	const char *connection, struct mariadb_address *address, struct diag *diag)
{
	char *rest;
	int r = 0;

	memset(address, 0, sizeof(*address));
	address->text = strdup(connection ? connection : "");
	if (!address->text)
		return diag_set(diag, -ENOMEM, "no memory for the address");
	for (char *word = strtok_r(address->text, " \t\n", &rest); word && r == 0;
		word = strtok_r(NULL, " \t\n", &rest))
		r = set_field(address, word, diag);
	return r;
}

void mariadb_address_release(struct mariadb_address *address)
{
	free(address->text);
	address->text = NULL;
}

MYSQL *mariadb_open(const struct mariadb_address *address, struct diag *diag)
{
	MYSQL *conn = mariadb.init(NULL);

	if (!conn) {
		diag_set(diag, -ENOMEM, "no memory for a connection");
		return NULL;
	}
	mariadb.options(conn, MYSQL_OPT_NONBLOCK, NULL);
	mariadb.options(conn, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	if (mariadb.real_connect(conn, address->host, address->user, address->password, NULL,
		    address->port, address->socket, CLIENT_MULTI_STATEMENTS))
		return conn;
	diag_set(diag, -ECONNREFUSED, "cannot connect to MariaDB: %s", mariadb.error(conn));
	mariadb.close(conn);
	return NULL;
}

int mariadb_execute(MYSQL *conn, const char *sql, struct diag *diag)
{
	int error = *sql ? mariadb.real_query(conn, sql, strlen(sql)) : -1;

	while (error == 0) {
		MYSQL_RES *rows = mariadb.store_result(conn);

		if (rows)
			mariadb.free_result(rows);
		else if (mariadb.errno_(conn))
			break;
		error = mariadb.next_result(conn);
	}
	if (!*sql || !mariadb.errno_(conn))
		return 0;
	return diag_set(diag, mariadb.errno_(conn) < CR_MIN_ERROR ? -EINVAL : -ECONNRESET, "%s",
		mariadb.error(conn));
}

/* ---- the schema ---- */

static MYSQL_RES *ask(MYSQL *control, const char *sql, struct diag *diag)
{
	MYSQL_RES *result = NULL;

	if (mariadb.real_query(control, sql, strlen(sql)) == 0)
		result = mariadb.store_result(control);
	if (!result)
		diag_set(diag, -EIO, "cannot read the schema: %s", mariadb.error(control));
	return result;
}

static int read_opaque(
	struct engine *engine, MYSQL *control, const char *database, struct diag *diag)
{
	MYSQL_RES *result = ask(control,
		pool_format(&engine->schema_pool,
			"SELECT 1 FROM information_schema.triggers WHERE trigger_schema = '%s' "
			"UNION SELECT 1 FROM information_schema.views WHERE table_schema = "
			"'%s' "
			"UNION SELECT 1 FROM information_schema.routines WHERE routine_schema "
			"= '%s' "
			"UNION SELECT 1 FROM information_schema.referential_constraints "
			"WHERE constraint_schema = '%s'",
			database, database, database, database),
		diag);

	if (!result)
		return -EIO;
	engine->schema.opaque = mariadb.num_rows(result) > 0;
	mariadb.free_result(result);
	return 0;
}

int mariadb_read_schema(
	struct engine *engine, MYSQL *control, const char *database, struct diag *diag)
{
	struct pool *pool = &engine->schema_pool;
	struct engine_schema *to = &engine->schema;
	struct engine_table *table = NULL;
	MYSQL_RES *result;
	MYSQL_ROW row;

	pool_reset(pool);
	memset(to, 0, sizeof(*to));
	result = ask(control,
		pool_format(pool,
			"SELECT c.table_name, c.column_name, c.extra LIKE "
			"'%%auto_increment%%', "
			"c.is_generated = 'NEVER', t.engine = 'InnoDB' AND c.data_type IN "
			"('tinyint', 'smallint', 'mediumint', 'int', 'bigint') AND "
			"(SELECT count(*) = 1 AND max(s.column_name = c.column_name) FROM "
			"information_schema.statistics s WHERE NOT s.non_unique AND "
			"s.table_schema = c.table_schema AND s.table_name = c.table_name), "
			"@@tx_isolation = 'SERIALIZABLE' FROM information_schema.columns c "
			"JOIN information_schema.tables t USING (table_schema, table_name) "
			"WHERE c.table_schema = '%s' AND t.table_type = 'BASE TABLE' "
			"ORDER BY BINARY c.table_name, c.ordinal_position",
			database),
		diag);
	if (!result)
		return -EIO;
	while ((row = mariadb.fetch_row(result))) {
		if (!table || strcmp(table->name, row[0]) != 0) {
			to->tables = pool_grow(
				pool, to->tables, to->table_count, sizeof(*to->tables));
			table = &to->tables[to->table_count++];
			*table = (struct engine_table){ .name = pool_string(pool, row[0]),
				.quoted = pool_format(pool, "`%s`", row[0]) };
		}
		table->columns = pool_grow(
			pool, table->columns, table->column_count, sizeof(*table->columns));
		table->columns[table->column_count++] =
			(struct engine_column){ .name = pool_string(pool, row[1]),
				.generated = row[2][0] == '1' };
		if (row[4] && row[4][0] == '1')
			table->key = table->columns[table->column_count - 1].name;
		to->serializable = row[5][0] == '1';
		/* A computed column can't be inserted: the data are not brought back so. */
		if (row[3][0] != '1')
			to->opaque = true;
	}
	mariadb.free_result(result);
	return read_opaque(engine, control, database, diag);
}

static bool counts(const struct engine_table *table)
{
	for (size_t i = 0; i < table->column_count; i++)
		if (table->columns[i].generated)
			return true;
	return false;
}

int mariadb_save_data(struct engine *engine, MYSQL *control, const char *database,
	struct mariadb_reset *reset, struct diag *diag)
{
	struct pool *pool = &engine->schema_pool;
	const struct engine_schema *from = &engine->schema;
	struct text deletes = { 0 }, truncates = { 0 }, inserts = { 0 };
	int r = 0;

	for (size_t i = 0; i < from->table_count && r == 0; i++) {
		const char *name = from->tables[i].quoted;

		text_addf(&deletes, "%sDELETE FROM %s", i ? ";" : "", name);
		text_addf(&truncates, "%sTRUNCATE %s", i ? ";" : "", name);
		text_addf(&inserts, ";INSERT INTO %s SELECT * FROM %s_saved.%s", name, database,
			name);
		/* Numbers begin where they began. */
		if (counts(&from->tables[i]))
			text_addf(&deletes, ";ALTER TABLE %s AUTO_INCREMENT = 1", name);
		r = mariadb_execute(control,
			pool_format(pool, "CREATE TABLE %s_saved.%s AS SELECT * FROM %s",
				database, name, name),
			diag);
	}
	reset->quick = pool_format(pool, "%s%s%s%s", from->table_count ? "BEGIN;" : "",
		deletes.text ? deletes.text : "", inserts.text ? inserts.text : "",
		from->table_count ? ";COMMIT" : "");
	reset->exact = pool_format(pool, "%s%s", truncates.text ? truncates.text : "",
		inserts.text ? inserts.text : "");
	/* Triggers would fire, and foreign keys forbid the order. */
	reset->needs_rebuild = from->opaque;
	text_release(&deletes);
	text_release(&truncates);
	text_release(&inserts);
	return r;
}
