/* SPDX-License-Identifier: Apache-2.0 */
/* SQLite, loaded when it is needed: `lib.exec()` is its sqlite3_exec(). */
#ifndef WEFT_TOOL_SQL_ENGINE_SQLITE_LIBRARY_H
#define WEFT_TOOL_SQL_ENGINE_SQLITE_LIBRARY_H

#include <sqlite3.h>

#include "tool/diag.h"

#define SQLITE_FUNCTIONS(X) \
	X(open_v2)          \
	X(close_v2)         \
	X(exec)             \
	X(prepare_v2)       \
	X(step)             \
	X(reset)            \
	X(finalize)         \
	X(column_count)     \
	X(column_name)      \
	X(column_text)      \
	X(column_type)      \
	X(errmsg)           \
	X(extended_errcode) \
	X(busy_handler)     \
	X(progress_handler) \
	X(get_autocommit)   \
	X(total_changes)    \
	X(stmt_readonly)    \
	X(backup_init)      \
	X(backup_step)      \
	X(backup_finish)    \
	X(libversion)

struct sqlite_library {
#define X(name) __typeof__(sqlite3_##name) *name;
	SQLITE_FUNCTIONS(X)
#undef X
};

extern struct sqlite_library lib;

/* Returns 0, or -ENOENT with a line that says which package is missing. */
int sqlite_load(struct diag *diag);

/* Runs a query of ours; each row is told. Returns 0 or -EIO. */
int sqlite_each_row(sqlite3 *db, const char *sql,
	void (*tell)(void *argument, sqlite3_stmt *row), void *argument);

#endif
