/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQLite in this process: one connection for each session onto one temporary file in WAL mode.
 *
 * Its calls never wait here. The busy handler tells the two kinds of SQLITE_BUSY apart: when it
 * was asked, a program with a busy timeout would wait now, so the session is blocked and the
 * statement is tried again once another session has done something. When it was not, waiting
 * could never help, and the error is the program's.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/launch/clock.h"
#include "tool/search/interrupt.h"
#include "tool/sql/engine/engine.h"
#include "tool/sql/engine/sqlite_library.h"
#include "tool/sql/engine/sqlite_rows.h"
#include "tool/sql/engine/library.h"

#define PATH_SIZE 128
#define PROGRESS_OPERATIONS 20000 /* of SQLite's machine between two looks at the clock */

#define PREPARED_MAX 32
#define LOG_EXECUTIONS 64

/* A statement that may come again: the next execution has the same ones. */
struct prepared {
	char *sql;
	sqlite3_stmt *statement;
};

struct connection {
	sqlite3 *db;
	struct prepared prepared[PREPARED_MAX];
	unsigned int prepared_count;
	enum engine_state state;
	struct result *result;	 /* of the statements so far */
	sqlite3_stmt *statement; /* under way, or blocked */
	const char *rest;	 /* SQL after it */
	char *sql;
	bool is_whole;		/* the statement is all of the SQL */
	uint64_t blocked_since; /* in what order sessions began to wait */
	uint64_t deadline_ns;
	bool asked; /* the busy handler was */
	bool expired;
};

struct sqlite_engine {
	struct engine base;
	const struct engine_config *config;
	char folder[PATH_SIZE];
	char path[PATH_SIZE + 16];
	sqlite3 *template;	 /* the data as after the setup, in memory */
	struct sqlite_rows rows; /* brought back, where that is enough */
	uint64_t executions;
	struct connection control;
	struct connection sessions[SPEC_SESSIONS_MAX];
	uint64_t moves;
};

static struct sqlite_engine *of(struct engine *engine)
{
	return (struct sqlite_engine *)engine;
}

/* ---- connections ---- */

static int on_busy(void *argument, int count)
{
	struct connection *connection = argument;

	(void)count;
	connection->asked = true;
	return 0;
}

static int on_progress(void *argument)
{
	struct connection *connection = argument;

	if (clock_now_ns() > connection->deadline_ns)
		connection->expired = true;
	return connection->expired || interrupt_requested();
}

static int connect_to(
	struct sqlite_engine *engine, struct connection *connection, struct diag *diag)
{
	memset(connection, 0, sizeof(*connection));
	if (lib.open_v2(engine->path, &connection->db,
		    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
		    "unix-excl") != SQLITE_OK)
		return diag_set(diag, -EIO, "cannot open the temporary database '%s': %s",
			engine->path,
			connection->db ? lib.errmsg(connection->db) : "no memory");
	lib.busy_handler(connection->db, on_busy, connection);
	lib.progress_handler(connection->db, PROGRESS_OPERATIONS, on_progress, connection);
	connection->deadline_ns = UINT64_MAX;
	/* Nothing has to outlive this process. */
	if (lib.exec(connection->db,
		    "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON; "
		    "PRAGMA wal_autocheckpoint=0",
		    NULL, NULL, NULL) != SQLITE_OK)
		return diag_set(diag, -EIO, "cannot use the temporary database '%s': %s",
			engine->path, lib.errmsg(connection->db));
	return 0;
}

/* Keeps the statement for the next time, unless only a part of the SQL is it. */
static void put_away(struct connection *connection)
{
	struct prepared *place = &connection->prepared[connection->prepared_count];
	sqlite3_stmt *statement = connection->statement;

	connection->statement = NULL;
	if (!statement)
		return;
	lib.reset(statement);
	if (!connection->is_whole || connection->prepared_count == PREPARED_MAX) {
		lib.finalize(statement);
		return;
	}
	connection->prepared_count++;
	place->statement = statement;
	place->sql = strdup(connection->sql);
}

/* The statement for that SQL, if it was put away. */
static sqlite3_stmt *take_out(struct connection *connection)
{
	for (unsigned int i = 0; i < connection->prepared_count; i++) {
		struct prepared *place = &connection->prepared[i];
		sqlite3_stmt *statement = place->statement;

		if (!place->sql || strcmp(place->sql, connection->sql) != 0)
			continue;
		free(place->sql);
		*place = connection->prepared[--connection->prepared_count];
		return statement;
	}
	return NULL;
}

static void drop_prepared(struct connection *connection)
{
	for (unsigned int i = 0; i < connection->prepared_count; i++) {
		lib.finalize(connection->prepared[i].statement);
		free(connection->prepared[i].sql);
	}
	connection->prepared_count = 0;
}

static void drop_statement(struct connection *connection)
{
	put_away(connection);
	free(connection->sql);
	connection->sql = NULL;
}

static void disconnect(struct connection *connection)
{
	drop_statement(connection);
	drop_prepared(connection);
	if (connection->db)
		lib.close_v2(connection->db);
	connection->db = NULL;
}

/* ---- one statement ---- */

static const char *code_name(int code)
{
	switch (code & 0xff) {
	case SQLITE_BUSY:
		return code == SQLITE_BUSY_SNAPSHOT ? "SQLITE_BUSY_SNAPSHOT" : "SQLITE_BUSY";
	case SQLITE_LOCKED:
		return "SQLITE_LOCKED";
	case SQLITE_CONSTRAINT:
		return "SQLITE_CONSTRAINT";
	case SQLITE_FULL:
		return "SQLITE_FULL";
	case SQLITE_IOERR:
		return "SQLITE_IOERR";
	default:
		return "SQLITE_ERROR";
	}
}

static enum failure failure_of(const struct connection *connection, int code)
{
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return FAILURE_SERIALIZATION;
	case SQLITE_CONSTRAINT:
		return FAILURE_CONSTRAINT;
	case SQLITE_INTERRUPT:
		return connection->expired ? FAILURE_TIMEOUT : FAILURE_STATEMENT;
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_NOMEM:
	case SQLITE_CANTOPEN:
	case SQLITE_CORRUPT:
		return FAILURE_ENVIRONMENT;
	default:
		return FAILURE_STATEMENT;
	}
}

static void fail(struct sqlite_engine *engine, struct connection *connection)
{
	int code = lib.extended_errcode(connection->db);

	result_fail(engine->base.results, connection->result, failure_of(connection, code),
		code_name(code), lib.errmsg(connection->db));
	connection->state = ENGINE_FINISHED;
}

static struct rows *new_rows(struct pool *pool, sqlite3_stmt *statement)
{
	struct rows *rows = pool_alloc(pool, sizeof(*rows));

	rows->column_count = (unsigned int)lib.column_count(statement);
	rows->columns = pool_alloc(pool, rows->column_count * sizeof(*rows->columns));
	for (unsigned int i = 0; i < rows->column_count; i++)
		rows->columns[i] = pool_string(pool, lib.column_name(statement, (int)i));
	return rows;
}

static void add_row(struct pool *pool, struct rows *rows, sqlite3_stmt *statement)
{
	size_t row_size = rows->column_count * sizeof(*rows->cells);
	const char **row;

	rows->cells = pool_grow(pool, rows->cells, rows->count, row_size);
	row = rows->cells + rows->count++ * rows->column_count;
	for (unsigned int i = 0; i < rows->column_count; i++) {
		const unsigned char *text = lib.column_text(statement, (int)i);

		row[i] = text ? pool_string(pool, (const char *)text) : NULL;
	}
}

/* Runs the prepared statement; SQLITE_DONE, or what SQLite says otherwise. */
static int run_statement(struct sqlite_engine *engine, struct connection *connection)
{
	struct pool *pool = engine->base.results;
	struct rows *rows = new_rows(pool, connection->statement);
	int changes = lib.total_changes(connection->db);
	int code;

	connection->asked = false;
	while ((code = lib.step(connection->statement)) == SQLITE_ROW)
		add_row(pool, rows, connection->statement);
	if (code != SQLITE_DONE)
		return code;
	changes = lib.total_changes(connection->db) - changes;
	if (!rows->column_count)
		rows->tag = lib.stmt_readonly(connection->statement)
				    ? "done"
				    : pool_format(pool, "%d row%s", changes,
					      changes == 1 ? "" : "s");
	result_add_set(pool, connection->result, rows);
	put_away(connection);
	return code;
}

/* The next statement of the SQL; none: only blanks are left. */
static int next_statement(struct connection *connection)
{
	bool is_first = connection->rest == connection->sql;
	int code;

	if (is_first && (connection->statement = take_out(connection))) {
		connection->is_whole = true;
		connection->rest = "";
		return SQLITE_OK;
	}
	code = lib.prepare_v2(connection->db, connection->rest, -1, &connection->statement,
		&connection->rest);
	connection->is_whole =
		is_first && !connection->rest[strspn(connection->rest, "; \t\r\n")];
	return code;
}

static bool would_wait(const struct connection *connection, int code)
{
	return (code & 0xff) == SQLITE_BUSY && connection->asked;
}

/* Goes on with the SQL of a session until it is done, fails or would wait. */
static void go_on(struct sqlite_engine *engine, struct connection *connection)
{
	for (;;) {
		int code = SQLITE_OK;

		if (!connection->statement)
			code = next_statement(connection);
		if (code == SQLITE_OK && !connection->statement) {
			if (*connection->rest)
				continue;
			connection->state = ENGINE_FINISHED;
			return;
		}
		if (code == SQLITE_OK)
			code = run_statement(engine, connection);
		if (code == SQLITE_DONE)
			continue;
		if (would_wait(connection, code)) {
			if (connection->statement)
				lib.reset(connection->statement);
			connection->state = ENGINE_BLOCKED;
			return;
		}
		fail(engine, connection);
		return;
	}
}

static void give(struct sqlite_engine *engine, struct connection *connection, const char *sql)
{
	drop_statement(connection);
	connection->sql = strdup(sql);
	connection->rest = connection->sql ? connection->sql : "";
	connection->result = pool_alloc(engine->base.results, sizeof(*connection->result));
	connection->expired = false;
	connection->deadline_ns = clock_now_ns() + engine->config->timeout_ns;
	connection->state = ENGINE_RUNNING;
	go_on(engine, connection);
}

static int start(struct engine *base, unsigned int session, const char *sql, struct diag *diag)
{
	struct sqlite_engine *engine = of(base);
	struct connection *connection = &engine->sessions[session];

	(void)diag;
	give(engine, connection, sql);
	connection->blocked_since = ++engine->moves;
	return 0;
}

/* The session that has waited longest and was not tried since anybody else moved. */
static struct connection *next_blocked(struct sqlite_engine *engine, uint64_t after)
{
	struct connection *next = NULL;

	for (unsigned int i = 0; i < engine->config->session_count; i++) {
		struct connection *c = &engine->sessions[i];

		if (c->state == ENGINE_BLOCKED && c->blocked_since > after &&
			(!next || c->blocked_since < next->blocked_since))
			next = c;
	}
	return next;
}

static int settle(struct engine *base, struct diag *diag)
{
	struct sqlite_engine *engine = of(base);
	struct connection *connection;
	uint64_t after = 0;

	(void)diag;
	/* One that gets what it waited for lets nobody else in: it holds the lock now. */
	while ((connection = next_blocked(engine, after))) {
		after = connection->blocked_since;
		connection->deadline_ns = clock_now_ns() + engine->config->timeout_ns;
		go_on(engine, connection);
	}
	return interrupt_requested() ? -EINTR : 0;
}

static enum engine_state state(const struct engine *base, unsigned int session)
{
	return ((const struct sqlite_engine *)base)->sessions[session].state;
}

static struct result *take(struct engine *base, unsigned int session)
{
	struct connection *connection = &of(base)->sessions[session];

	drop_statement(connection);
	connection->state = ENGINE_IDLE;
	return connection->result;
}

static bool in_transaction(const struct engine *base, unsigned int session)
{
	sqlite3 *db = ((const struct sqlite_engine *)base)->sessions[session].db;

	return db && !lib.get_autocommit(db);
}

static int cancel(
	struct engine *base, unsigned int session, enum failure failure, struct diag *diag)
{
	struct connection *connection = &of(base)->sessions[session];

	(void)diag;
	result_fail(base->results, connection->result, failure, "SQLITE_BUSY",
		"database is locked");
	connection->state = ENGINE_FINISHED;
	return 0;
}

static int crash(struct engine *base, unsigned int session, struct diag *diag)
{
	(void)diag;
	disconnect(&of(base)->sessions[session]);
	of(base)->sessions[session].state = ENGINE_IDLE;
	return 0;
}

/* Who holds SQLite's one lock for writing is not told; nobody who waits can hold it. */
static int deadlock(struct engine *base, session_set *ret_set, struct diag *diag)
{
	(void)base;
	(void)diag;
	*ret_set = 0;
	return 0;
}

static int query(
	struct engine *base, const char *sql, struct result **ret_result, struct diag *diag)
{
	struct connection *control = &of(base)->control;

	(void)diag;
	give(of(base), control, sql);
	if (control->state == ENGINE_BLOCKED)
		result_fail(base->results, control->result, FAILURE_LOCK_TIMEOUT, "SQLITE_BUSY",
			"database is locked");
	drop_statement(control);
	control->state = ENGINE_IDLE;
	*ret_result = control->result;
	return 0;
}

/* ---- the schema ---- */

static void tell_table(void *argument, sqlite3_stmt *row)
{
	struct engine *base = argument;
	struct engine_schema *schema = &base->schema;
	const char *type = (const char *)lib.column_text(row, 0);
	const char *name = (const char *)lib.column_text(row, 1);
	struct engine_table *table;

	if (strcmp(type, "view") == 0 || strcmp(type, "trigger") == 0)
		schema->opaque = true;
	if (strcmp(type, "table") != 0)
		return;
	schema->tables = pool_grow(&base->schema_pool, schema->tables, schema->table_count,
		sizeof(*schema->tables));
	table = &schema->tables[schema->table_count++];
	*table = (struct engine_table){ .name = pool_string(&base->schema_pool, name),
		.quoted = pool_format(&base->schema_pool, "\"%s\"", name) };
}

struct column_reader {
	struct engine *base;
	struct engine_table *table;
};

/* An INTEGER PRIMARY KEY of one column is the row's number, given by SQLite when left out. */
static void tell_column(void *argument, sqlite3_stmt *row)
{
	struct column_reader *reader = argument;
	struct engine_table *table = reader->table;
	struct pool *pool = &reader->base->schema_pool;
	const char *generated = (const char *)lib.column_text(row, 1);

	table->columns =
		pool_grow(pool, table->columns, table->column_count, sizeof(*table->columns));
	table->columns[table->column_count++] = (struct engine_column){
		.name = pool_string(pool, (const char *)lib.column_text(row, 0)),
		.generated = generated && *generated == '1',
	};
}

static void tell_foreign_key(void *argument, sqlite3_stmt *row)
{
	struct engine *base = argument;

	(void)row;
	base->schema.opaque = true;
}

static int read_columns(struct sqlite_engine *engine, struct engine_table *table)
{
	struct engine *base = &engine->base;
	struct column_reader reader = { .base = base, .table = table };
	int r = sqlite_each_row(engine->control.db,
		pool_format(&base->schema_pool,
			"SELECT name, pk = 1 AND upper(type) = 'INTEGER' AND 1 = (SELECT "
			"count(*) "
			"FROM pragma_table_info('%s') WHERE pk) FROM pragma_table_info('%s')",
			table->name, table->name),
		tell_column, &reader);

	if (r < 0)
		return r;
	return sqlite_each_row(engine->control.db,
		pool_format(&base->schema_pool, "SELECT 1 FROM pragma_foreign_key_list('%s')",
			table->name),
		tell_foreign_key, base);
}

static int read_schema(struct sqlite_engine *engine, struct diag *diag)
{
	struct engine *base = &engine->base;
	int r;

	pool_reset(&base->schema_pool);
	memset(&base->schema, 0, sizeof(base->schema));
	r = sqlite_each_row(engine->control.db,
		"SELECT type, name FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE "
		"'\\' ORDER BY name",
		tell_table, base);
	for (size_t i = 0; i < base->schema.table_count && r == 0; i++)
		r = read_columns(engine, &base->schema.tables[i]);
	if (r < 0)
		diag_set(diag, r, "cannot read the schema: %s", lib.errmsg(engine->control.db));
	return r;
}

static int copy_database(sqlite3 *to, sqlite3 *from)
{
	sqlite3_backup *backup = lib.backup_init(to, "main", from, "main");

	if (!backup)
		return lib.extended_errcode(to);
	lib.backup_step(backup, -1);
	return lib.backup_finish(backup);
}

static int run_setups(struct sqlite_engine *engine, struct diag *diag)
{
	const struct spec *spec = engine->base.spec;

	for (size_t i = 0; i < spec->setup_count; i++) {
		char *message = NULL;

		if (lib.exec(engine->control.db, spec->setups[i], NULL, NULL, &message) !=
			SQLITE_OK)
			return diag_set(diag, -EINVAL, "the setup of '%s' fails: %s",
				spec->name, lib.errmsg(engine->control.db));
	}
	return 0;
}

/* Cut connections are made again, and open transactions rolled back. */
static int renew_sessions(struct sqlite_engine *engine, struct diag *diag)
{
	for (unsigned int i = 0; i < engine->config->session_count; i++) {
		struct connection *connection = &engine->sessions[i];
		int r;

		drop_statement(connection);
		connection->state = ENGINE_IDLE;
		if (connection->db && !lib.get_autocommit(connection->db))
			lib.exec(connection->db, "ROLLBACK", NULL, NULL, NULL);
		if (connection->db)
			continue;
		r = connect_to(engine, connection, diag);
		if (r < 0)
			return r;
	}
	return 0;
}

static int setup(
	struct engine *base, const struct spec *spec, enum spec_level level, struct diag *diag)
{
	struct sqlite_engine *engine = of(base);
	sqlite3 *empty = NULL;
	int r, code;

	(void)level;
	base->spec = spec;
	r = renew_sessions(engine, diag);
	if (r < 0)
		return r;
	sqlite_rows_release(&engine->rows);
	drop_prepared(&engine->control);
	if (engine->template)
		lib.close_v2(engine->template);
	engine->template = NULL;
	if (lib.open_v2(":memory:", &engine->template,
		    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK ||
		lib.open_v2(":memory:", &empty, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
			NULL) != SQLITE_OK)
		return diag_set(diag, -ENOMEM, "cannot make a database in memory");
	lib.exec(empty, "VACUUM", NULL, NULL, NULL);
	code = copy_database(engine->control.db, empty);
	lib.close_v2(empty);
	if (code == SQLITE_OK)
		r = run_setups(engine, diag);
	if (code == SQLITE_OK && r == 0)
		code = copy_database(engine->template, engine->control.db);
	if (code != SQLITE_OK)
		return diag_set(diag, -EIO, "cannot copy the database: %s", code_name(code));
	if (r == 0)
		r = read_schema(engine, diag);
	if (r == 0)
		sqlite_rows_save(&engine->rows, engine->control.db, base);
	return r;
}

static int reset(struct engine *base, bool exact, struct diag *diag)
{
	struct sqlite_engine *engine = of(base);
	int code;
	int r = renew_sessions(engine, diag);

	(void)exact;
	if (r < 0)
		return r;
	/* The log begins anew now and then, or it would grow with every execution. */
	if (engine->executions++ % LOG_EXECUTIONS == 0)
		lib.exec(
			engine->control.db, "PRAGMA wal_checkpoint(RESTART)", NULL, NULL, NULL);
	if (!base->rebuild && sqlite_rows_reset(&engine->rows, engine->control.db))
		return 0;
	code = copy_database(engine->control.db, engine->template);
	if (code != SQLITE_OK)
		return diag_set(diag, -EIO, "cannot set the temporary database back: %s",
			code_name(code));
	return 0;
}

/* ---- the whole ---- */

static bool has_level(enum spec_level level)
{
	return level == LEVEL_DEFAULT || level == LEVEL_SERIALIZABLE;
}

/* In memory where there is such a file system. */
static int make_folder(struct sqlite_engine *engine, struct diag *diag)
{
	static const char *const places[] = { "/dev/shm", "/tmp", NULL };
	const char *own = getenv("TMPDIR");
	const char *const given[] = { own, NULL };
	int error = ENOENT;

	for (const char *const *place = own && *own ? given : places; *place; place++) {
		snprintf(engine->folder, sizeof(engine->folder), "%s/weft-sql-XXXXXX", *place);
		if (mkdtemp(engine->folder)) {
			snprintf(engine->path, sizeof(engine->path), "%s/db", engine->folder);
			return 0;
		}
		error = errno;
	}
	engine->folder[0] = '\0';
	return diag_set(diag, -error, "cannot make a temporary folder: %s", strerror(error));
}

static void close_engine(struct engine *base)
{
	static const char *const suffixes[] = { "", "-wal", "-shm", "-journal", NULL };
	struct sqlite_engine *engine = of(base);

	for (unsigned int i = 0; i < engine->config->session_count; i++)
		disconnect(&engine->sessions[i]);
	sqlite_rows_release(&engine->rows);
	disconnect(&engine->control);
	if (engine->template)
		lib.close_v2(engine->template);
	for (const char *const *suffix = suffixes; *suffix && engine->folder[0]; suffix++) {
		char path[PATH_SIZE + 32];

		snprintf(path, sizeof(path), "%s%s", engine->path, *suffix);
		unlink(path);
	}
	if (engine->folder[0])
		rmdir(engine->folder);
	pool_release(&engine->base.schema_pool);
	free(engine);
}

static int open_engine(
	const struct engine_config *config, struct engine **ret_engine, struct diag *diag)
{
	struct sqlite_engine *engine;
	int r = sqlite_load(diag);

	if (r < 0)
		return r;
	engine = calloc(1, sizeof(*engine));
	if (!engine)
		return diag_set(diag, -ENOMEM, "no memory for the engine");
	engine->base.ops = &engine_sqlite;
	engine->base.version = lib.libversion();
	engine->config = config;
	r = make_folder(engine, diag);
	if (r == 0)
		r = connect_to(engine, &engine->control, diag);
	if (r < 0)
		close_engine(&engine->base);
	else
		*ret_engine = &engine->base;
	return r;
}

const struct engine_ops engine_sqlite = {
	.id = SPEC_SQLITE,
	.has_level = has_level,
	.open = open_engine,
	.close = close_engine,
	.setup = setup,
	.reset = reset,
	.start = start,
	.settle = settle,
	.state = state,
	.take = take,
	.in_transaction = in_transaction,
	.cancel = cancel,
	.crash = crash,
	.deadlock = deadlock,
	.query = query,
};
