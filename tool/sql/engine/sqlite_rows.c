/* SPDX-License-Identifier: Apache-2.0 */
/* See sqlite_rows.h. */
#include "tool/sql/engine/sqlite_rows.h"

#include <string.h>
#include <strings.h>

struct saver {
	struct sqlite_rows *rows;
	sqlite3 *db;
	struct engine *engine;
};

void sqlite_rows_release(struct sqlite_rows *rows)
{
	for (unsigned int i = 0; i < rows->reset_count; i++)
		lib.finalize(rows->resets[i]);
	rows->reset_count = 0;
}

static bool add_reset(struct saver *saver, const char *sql)
{
	sqlite3_stmt **place = &saver->rows->resets[saver->rows->reset_count];

	if (saver->rows->reset_count == SQLITE_RESETS_MAX ||
		lib.prepare_v2(saver->db, sql, -1, place, NULL) != SQLITE_OK)
		return false;
	saver->rows->reset_count++;
	return true;
}

static bool save_table(
	struct saver *saver, const struct engine_table *table, unsigned int number)
{
	struct pool *pool = &saver->engine->schema_pool;
	struct text columns = { 0 };
	const char *list;

	for (size_t i = 0; i < table->column_count; i++) {
		const char *name = table->columns[i].name;

		if (strcasecmp(name, "rowid") == 0)
			return false;
		text_addf(&columns, ", \"%s\"", name);
	}
	list = pool_copy(pool, columns.text, columns.size);
	text_release(&columns);
	/* A table without row numbers has none to keep. */
	if (lib.exec(saver->db,
		    pool_format(pool,
			    "DROP TABLE IF EXISTS temp.weft_saved_%u; CREATE TEMP TABLE "
			    "weft_saved_%u AS SELECT rowid AS weft_rowid%s FROM main.%s",
			    number, number, list, table->quoted),
		    NULL, NULL, NULL) != SQLITE_OK)
		return false;
	return add_reset(saver, pool_format(pool, "DELETE FROM main.%s", table->quoted)) &&
	       add_reset(saver,
		       pool_format(pool,
			       "INSERT INTO main.%s (rowid%s) SELECT * FROM temp.weft_saved_%u",
			       table->quoted, list, number));
}

static void tell_special(void *argument, sqlite3_stmt *row)
{
	(void)row;
	*(bool *)argument = true;
}

void sqlite_rows_save(struct sqlite_rows *rows, sqlite3 *db, struct engine *engine)
{
	struct saver saver = { .rows = rows, .db = db, .engine = engine };
	const struct engine_schema *schema = &engine->schema;
	bool special = schema->opaque;
	bool ok;

	/* Numbers that count on, and what modules keep. */
	if (sqlite_each_row(db,
		    "SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence' OR sql LIKE "
		    "'%VIRTUAL%'",
		    tell_special, &special) < 0 ||
		special)
		return;
	ok = add_reset(&saver, "BEGIN IMMEDIATE");
	for (size_t i = 0; i < schema->table_count && ok; i++)
		ok = save_table(&saver, &schema->tables[i], (unsigned int)i);
	if (!ok || !add_reset(&saver, "COMMIT"))
		sqlite_rows_release(rows);
}

bool sqlite_rows_reset(struct sqlite_rows *rows, sqlite3 *db)
{
	for (unsigned int i = 0; i < rows->reset_count; i++) {
		int code = lib.step(rows->resets[i]);

		lib.reset(rows->resets[i]);
		if (code == SQLITE_DONE)
			continue;
		lib.exec(db, "ROLLBACK", NULL, NULL, NULL);
		return false;
	}
	return rows->reset_count > 0;
}
