/* SPDX-License-Identifier: Apache-2.0 */
/* See sqlite_library.h. */
#include "tool/sql/engine/sqlite_library.h"

#include <errno.h>
#include <stddef.h>

#include "tool/sql/engine/library.h"

struct sqlite_library lib;

int sqlite_load(struct diag *diag)
{
	static const char *const files[] = { "libsqlite3.so.0", NULL };
	static const struct library_symbol symbols[] = {
#define X(function) { "sqlite3_" #function, offsetof(__typeof__(lib), function) },
		SQLITE_FUNCTIONS(X)
#undef X
			{ NULL, 0 }
	};

	return lib.open_v2 ? 0 : library_load(files, "libsqlite3-0", symbols, &lib, diag);
}

int sqlite_each_row(sqlite3 *db, const char *sql,
	void (*tell)(void *argument, sqlite3_stmt *row), void *argument)
{
	sqlite3_stmt *statement;
	int code = lib.prepare_v2(db, sql, -1, &statement, NULL);

	if (code != SQLITE_OK)
		return -EIO;
	while ((code = lib.step(statement)) == SQLITE_ROW)
		tell(argument, statement);
	lib.finalize(statement);
	return code == SQLITE_DONE ? 0 : -EIO;
}
