/* SPDX-License-Identifier: Apache-2.0 */
/* PostgreSQL's catalogue; see postgres_schema.h. */
#include "tool/sql/engine/postgres_schema.h"

#include <errno.h>
#include <string.h>

static PGresult *ask(PGconn *control, const char *sql, const char *schema, struct diag *diag)
{
	const char *values[] = { schema };
	PGresult *result = pq.execParams(control, sql, 1, NULL, values, NULL, NULL, 0);

	if (pq.resultStatus(result) == PGRES_TUPLES_OK)
		return result;
	diag_set(diag, -EIO, "cannot read the schema: %s", libpq_error(control));
	pq.clear(result);
	return NULL;
}

static void add_column(
	struct pool *pool, struct engine_table *table, const PGresult *row, int i)
{
	table->columns =
		pool_grow(pool, table->columns, table->column_count, sizeof(*table->columns));
	table->columns[table->column_count++] =
		(struct engine_column){ .name = pool_string(pool, pq.getvalue(row, i, 2)),
			.generated = pq.getvalue(row, i, 3)[0] == 't' };
	if (pq.getvalue(row, i, 4)[0] == 't')
		table->key = table->columns[table->column_count - 1].name;
}

/* Are there views, triggers, functions, rules or foreign keys? */
static int read_opaque(
	struct engine *engine, PGconn *control, const char *schema, struct diag *diag)
{
	PGresult *result = ask(control,
		"SELECT EXISTS (SELECT FROM pg_class WHERE relnamespace = $1::regnamespace "
		"AND relkind IN ('v','m','p','f')) "
		"OR EXISTS (SELECT FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
		"WHERE relnamespace = $1::regnamespace) "
		"OR EXISTS (SELECT FROM pg_proc WHERE pronamespace = $1::regnamespace) "
		"OR EXISTS (SELECT FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
		"WHERE relnamespace = $1::regnamespace) "
		"OR EXISTS (SELECT FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class "
		"WHERE relnamespace = $1::regnamespace)",
		schema, diag);

	if (!result)
		return -EIO;
	engine->schema.opaque = pq.getvalue(result, 0, 0)[0] == 't';
	pq.clear(result);
	return 0;
}

int postgres_read_schema(
	struct engine *engine, PGconn *control, const char *schema, struct diag *diag)
{
	struct pool *pool = &engine->schema_pool;
	struct engine_schema *to = &engine->schema;
	PGresult *result;

	pool_reset(pool);
	memset(to, 0, sizeof(*to));
	/* References to generated numbers are generated as well. */
	result = ask(control,
		"SELECT c.relname, quote_ident(c.relname), a.attname, a.attidentity <> '' "
		"OR coalesce(pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%', false), "
		"a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) AND "
		"(SELECT count(*) = 1 AND bool_and(x.indnatts = 1 AND x.indkey[0] = a.attnum "
		"AND x.indpred IS NULL AND NOT x.indisexclusion) FROM pg_index x "
		"WHERE x.indrelid = c.oid AND (x.indisunique OR x.indisexclusion)), "
		"current_setting('default_transaction_isolation') = 'serializable' "
		"FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 "
		"AND NOT a.attisdropped LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND "
		"d.adnum = a.attnum WHERE c.relnamespace = $1::regnamespace "
		"AND c.relkind IN ('r','p') AND NOT c.relispartition "
		"ORDER BY c.relname COLLATE \"C\", a.attnum",
		schema, diag);
	if (!result)
		return -EIO;
	for (int i = 0; i < pq.ntuples(result); i++) {
		const char *name = pq.getvalue(result, i, 0);
		struct engine_table *table =
			to->table_count ? &to->tables[to->table_count - 1] : NULL;

		if (!table || strcmp(table->name, name) != 0) {
			to->tables = pool_grow(
				pool, to->tables, to->table_count, sizeof(*to->tables));
			table = &to->tables[to->table_count++];
			*table = (struct engine_table){ .name = pool_string(pool, name),
				.quoted = pool_string(pool, pq.getvalue(result, i, 1)) };
		}
		add_column(pool, table, result, i);
		to->serializable = pq.getvalue(result, i, 5)[0] == 't';
	}
	pq.clear(result);
	return read_opaque(engine, control, schema, diag);
}

/* The columns of a table that can be written, in SQL. */
static char *writable_columns(struct engine *engine, PGconn *control,
	const struct engine_table *table, const char *schema, struct diag *diag)
{
	char *name = pool_format(&engine->schema_pool, "%s.%s", schema, table->quoted);
	PGresult *result = ask(control,
		"SELECT string_agg(quote_ident(attname), ',' ORDER BY attnum) FROM "
		"pg_attribute "
		"WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND "
		"attgenerated = ''",
		name, diag);
	char *columns;

	if (!result)
		return NULL;
	columns = pool_string(&engine->schema_pool, pq.getvalue(result, 0, 0));
	pq.clear(result);
	return columns;
}

static int save_table(struct engine *engine, PGconn *control, const char *schema,
	const struct engine_table *table, struct text *inserts, struct diag *diag)
{
	const char *columns = writable_columns(engine, control, table, schema, diag);
	PGresult *result;
	char *sql;
	int r = 0;

	if (!columns)
		return -EIO;
	if (!*columns)
		return 0;
	sql = pool_format(&engine->schema_pool,
		"CREATE TABLE %s_saved.%s AS SELECT %s FROM %s.%s", schema, table->quoted,
		columns, schema, table->quoted);
	result = pq.exec(control, sql);
	if (pq.resultStatus(result) != PGRES_COMMAND_OK)
		r = diag_set(diag, -EIO, "cannot save the data: %s", libpq_error(control));
	else if (strcmp(pq.cmdStatus(result), "SELECT 0") != 0)
		text_addf(inserts,
			"INSERT INTO %s.%s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM "
			"%s_saved.%s;",
			schema, table->quoted, columns, columns, schema, table->quoted);
	pq.clear(result);
	return r;
}

/* Numbers begin where they began. */
static int save_sequences(
	PGconn *control, const char *schema, struct text *sql, struct diag *diag)
{
	PGresult *result = ask(control,
		"SELECT format('SELECT setval(%L, %s, %L);', c.oid::regclass, "
		"coalesce(s.last_value, s.start_value), s.last_value IS NOT NULL) "
		"FROM pg_sequences s JOIN pg_class c ON c.relname = s.sequencename "
		"AND c.relnamespace = s.schemaname::regnamespace "
		"WHERE s.schemaname = $1 ORDER BY 1",
		schema, diag);

	if (!result)
		return -EIO;
	for (int i = 0; i < pq.ntuples(result); i++)
		text_add_string(sql, pq.getvalue(result, i, 0));
	pq.clear(result);
	return 0;
}

/* Only a superuser may leave triggers and foreign keys out of a reset. */
static bool is_superuser(PGconn *control)
{
	const char *value = pq.parameterStatus(control, "is_superuser");

	return value && strcmp(value, "on") == 0;
}

int postgres_save_data(struct engine *engine, PGconn *control, const char *schema,
	struct postgres_reset *reset, struct diag *diag)
{
	struct pool *pool = &engine->schema_pool;
	const struct engine_schema *from = &engine->schema;
	const char *role = from->opaque && is_superuser(control)
				   ? "SET LOCAL session_replication_role = replica;"
				   : "";
	struct text deletes = { 0 }, inserts = { 0 }, truncate = { 0 };
	int r = 0;

	for (size_t i = 0; i < from->table_count && r == 0; i++) {
		text_addf(&deletes, "DELETE FROM %s.%s;", schema, from->tables[i].quoted);
		text_addf(&truncate, "%s%s.%s", i ? "," : "TRUNCATE ", schema,
			from->tables[i].quoted);
		r = save_table(engine, control, schema, &from->tables[i], &inserts, diag);
	}
	if (r == 0)
		r = save_sequences(control, schema, &inserts, diag);
	reset->quick = pool_format(pool, "%s%s%s", role, deletes.text ? deletes.text : "",
		inserts.text ? inserts.text : "");
	reset->exact = pool_format(pool, "%s%s;%s", role, truncate.text ? truncate.text : "",
		inserts.text ? inserts.text : "");
	reset->needs_rebuild = from->opaque && !*role;
	text_release(&deletes);
	text_release(&inserts);
	text_release(&truncate);
	return r;
}
