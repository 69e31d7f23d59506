/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A database engine as the explorer sees it: sessions that are sent SQL, of which it is then
 * known whether the statement is done or waits for another session. The caller is one thread;
 * several statements may be under way at once. What the sessions work on is the engine's own (a
 * temporary file, a schema, a database), and is gone after the close.
 */
#ifndef WEFT_TOOL_SQL_ENGINE_ENGINE_H
#define WEFT_TOOL_SQL_ENGINE_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/diag.h"
#include "tool/sql/data/result.h"
#include "tool/sql/spec/spec.h"

/* Set of sessions, bit by bit. */
typedef uint32_t session_set;

struct engine_config {
	unsigned int session_count;
	const char *connection; /* NULL: SQLite */
	uint64_t timeout_ns;	/* of a statement that doesn't wait for another session */
};

enum engine_state {
	ENGINE_IDLE,
	ENGINE_RUNNING,
	ENGINE_BLOCKED, /* waits until another session does something */
	ENGINE_HELD,	/* stands at a gate inside of its statement */
	ENGINE_FINISHED /* there is a result to take */
};

struct engine_column {
	const char *name;
	bool generated; /* by the database, from a counter; or refers to such a one */
};

struct engine_table {
	const char *name;
	const char *quoted; /* as it stands in SQL */
	struct engine_column *columns;
	size_t column_count;
	const char *key; /* the column of the one unique index, of integers; NULL: not so */
};

struct engine_schema {
	struct engine_table *tables;
	size_t table_count;
	bool serializable; /* what sessions run at when nothing is said */
	bool opaque;	   /* there are triggers, views, functions or foreign keys */
};

struct engine_ops;

struct engine {
	const struct engine_ops *ops;
	struct pool *results;	     /* of the current execution; the caller's */
	struct engine_schema schema; /* as after the setup */
	struct pool schema_pool;
	const char *version; /* of the server or library */
	/* What the file's steps can leave behind decides what a reset has to do: see
	 * statement.h. */
	const struct spec *spec; /* of the last setup */
	bool rebuild; /* steps change the schema: set it up anew for each execution */
	bool discard; /* steps change their session's state */
};

/* All return 0 or a negative errno with one line in the diag, unless they say otherwise. */
struct engine_ops {
	enum spec_engine id;
	bool (*has_level)(enum spec_level level);
	/* Connects; nothing is set up yet. */
	int (*open)(const struct engine_config *config, struct engine **ret_engine,
		struct diag *diag);
	void (*close)(struct engine *engine);
	/*
	 * Makes what the file sets up, in place of what another one did, and the sessions run
	 * at that level from now on. The file must live until the next setup.
	 */
	int (*setup)(struct engine *engine, const struct spec *spec, enum spec_level level,
		struct diag *diag);
	/*
	 * The data as after the setup, the sessions without transaction. `exact`: the same
	 * layout on disk as well, for engines that decide by pages.
	 */
	int (*reset)(struct engine *engine, bool exact, struct diag *diag);
	/*
	 * An idle session's statements stop at gates from now on, or no longer; and the one
	 * that is held goes on, to the next gate or its end. NULL: the engine has no gates.
	 */
	int (*gate)(
		struct engine *engine, unsigned int session, bool closed, struct diag *diag);
	int (*pass)(struct engine *engine, unsigned int session, struct diag *diag);
	/* Sends SQL to an idle session. */
	int (*start)(struct engine *engine, unsigned int session, const char *sql,
		struct diag *diag);
	/* Returns when no session is RUNNING any more. -EINTR: the user wants to end. */
	int (*settle)(struct engine *engine, struct diag *diag);
	enum engine_state (*state)(const struct engine *engine, unsigned int session);
	/* Of a session that is FINISHED; it is idle then. The result is in the results' pool.
	 */
	struct result *(*take)(struct engine *engine, unsigned int session);
	bool (*in_transaction)(const struct engine *engine, unsigned int session);
	/* Makes the statement of a blocked session fail; its result says `failure`. */
	int (*cancel)(struct engine *engine, unsigned int session, enum failure failure,
		struct diag *diag);
	/* Cuts the session's connection, in whatever state it is. The reset connects it again.
	 */
	int (*crash)(struct engine *engine, unsigned int session, struct diag *diag);
	/* The blocked sessions that wait for each other in a cycle; 0: none is known. */
	int (*deadlock)(struct engine *engine, session_set *ret_set, struct diag *diag);
	/* Runs SQL beside the sessions. A statement that fails is a result. */
	int (*query)(struct engine *engine, const char *sql, struct result **ret_result,
		struct diag *diag);
};

extern const struct engine_ops engine_sqlite;
extern const struct engine_ops engine_postgres;
extern const struct engine_ops engine_mariadb;

const struct engine_ops *engine_find(enum spec_engine engine);

/* The table with that name, whatever its case; or NULL. */
const struct engine_table *engine_find_table(
	const struct engine_schema *schema, const char *name, size_t size);

/* The SQL that reads all tables, and for each result the table. */
char *engine_read_all(const struct engine_schema *schema, struct pool *pool);

#endif
