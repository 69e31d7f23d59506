/* SPDX-License-Identifier: Apache-2.0 */
/* See libpq.h. */
#include "tool/sql/engine/libpq.h"

#include <errno.h>
#include <string.h>

#include "tool/sql/engine/library.h"

struct libpq pq;

int libpq_load(struct diag *diag)
{
	static const char *const files[] = { "libpq.so.5", NULL };
	static const struct library_symbol symbols[] = {
#define X(function) { "PQ" #function, offsetof(struct libpq, function) },
		LIBPQ_FUNCTIONS(X)
#undef X
			{ NULL, 0 }
	};

	return pq.exec ? 0 : library_load(files, "libpq5", symbols, &pq, diag);
}

const char *libpq_error(PGconn *connection)
{
	static char line[512];
	const char *message = pq.errorMessage(connection);

	snprintf(line, sizeof(line), "%.*s", (int)strcspn(message, "\n"), message);
	return line;
}

static void hide_notice(void *argument, const char *message)
{
	(void)argument;
	(void)message;
}

PGconn *libpq_connect(const char *connection, const char *options, struct diag *diag)
{
	const char *keywords[] = { "dbname", "options", "client_encoding",
		"fallback_application_name", NULL };
	const char *values[] = { connection ? connection : "", options, "UTF8", "weft", NULL };
	PGconn *conn = pq.connectdbParams(keywords, values, 1);

	if (!conn || pq.status(conn) != CONNECTION_OK) {
		diag_set(diag, -ECONNREFUSED, "cannot connect to PostgreSQL: %s",
			conn ? libpq_error(conn) : "no memory");
		pq.finish(conn);
		return NULL;
	}
	pq.setNoticeProcessor(conn, hide_notice, NULL);
	return conn;
}
