/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copying a whole database makes every connection read its schema again, so SQLite's rows are
 * brought back where that is all that a step can have changed. They keep their numbers: a query
 * without an order shows them in it.
 */
#ifndef WEFT_TOOL_SQL_ENGINE_SQLITE_ROWS_H
#define WEFT_TOOL_SQL_ENGINE_SQLITE_ROWS_H

#include "tool/sql/engine/engine.h"
#include "tool/sql/engine/sqlite_library.h"

#define SQLITE_RESETS_MAX 64

/* Zeroed: nothing is saved. */
struct sqlite_rows {
	sqlite3_stmt *resets[SQLITE_RESETS_MAX]; /* carried out one after the other */
	unsigned int reset_count;
};

/* Saves the rows of the engine's schema in `db`; nothing where the data are more than rows. */
void sqlite_rows_save(struct sqlite_rows *rows, sqlite3 *db, struct engine *engine);

/* Brings them back. False: none are saved, or it can't be done, and nothing was. */
bool sqlite_rows_reset(struct sqlite_rows *rows, sqlite3 *db);

/* Before `db` is closed, or its rows are saved again. */
void sqlite_rows_release(struct sqlite_rows *rows);

#endif
