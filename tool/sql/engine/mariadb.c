/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MariaDB through its client library's non-blocking calls: one connection for each session, and
 * one more that asks who waits. The sessions' world is a database of its own, dropped at the
 * end.
 *
 * INNODB_TRX and INNODB_LOCK_WAITS are cached by the server and of no use here; the text of
 * SHOW ENGINE INNODB STATUS is not, and tells for each thread whether it waits for a row's
 * lock. Metadata and user locks are told by the process list. Deadlocks are InnoDB's own
 * business: its detector acts at once and chooses the victim by a fixed rule.
 */
#include <errno.h>
#include <mariadb/errmsg.h>
#include <mariadb/mysql.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tool/launch/clock.h"
#include "tool/search/interrupt.h"
#include "tool/sql/engine/engine.h"
#include "tool/sql/engine/library.h"
#include "tool/sql/engine/mariadb.h"

#define FIRST_LOOK_NS 150000
#define LATER_LOOK_NS 1000000
#define SLOW_NS 5000000 /* only then other locks than InnoDB's are thought of */
/* How long InnoDB's detector may need, after two sessions were seen waiting. */
#define DETECTOR_NS 10000000
#define SURE_DETECTOR_NS 999999999 /* when nobody else could wake them: it comes at once */
#define CONTROL_LIMIT_SECONDS 60
#define CANCEL_LIMIT_NS (10 * UINT64_C(1000000000))

struct mariadb_library mariadb;

/* Where the answer to a statement is. */
enum phase { PHASE_QUERY, PHASE_STORE, PHASE_NEXT };

struct connection {
	MYSQL *conn;
	unsigned long id;
	enum engine_state state;
	bool gated;
	enum phase phase;
	int waiting_for; /* MYSQL_WAIT_*; 0: nothing */
	enum failure cancelled;
	char *sql;
	struct result *result;
	uint64_t sent_ns;
};

struct mariadb_engine {
	struct engine base;
	const struct engine_config *config;
	MYSQL *control;
	struct mariadb_address address;
	char database[32];
	enum spec_level level;
	struct mariadb_reset resets;
	struct connection sessions[SPEC_SESSIONS_MAX];
};

static struct mariadb_engine *of(struct engine *engine)
{
	return (struct mariadb_engine *)engine;
}

static int lost(MYSQL *conn, const char *who, struct diag *diag)
{
	return diag_set(diag, -ECONNRESET, "the connection of %s is lost: %s", who,
		mariadb.error(conn));
}

/* ---- results ---- */

static void finish(struct connection *connection)
{
	connection->state = ENGINE_FINISHED;
	connection->waiting_for = 0;
}

/* The query was answered: its rows come next. */
static void on_query(struct mariadb_engine *engine, struct connection *connection, int error)
{
	MYSQL_RES *rows = NULL;

	if (error) {
		mariadb_keep_error(engine->base.results, connection->result, connection->conn);
		finish(connection);
		return;
	}
	connection->phase = PHASE_STORE;
	connection->waiting_for = mariadb.store_result_start(&rows, connection->conn);
	if (!connection->waiting_for)
		mariadb_keep_rows(
			engine->base.results, connection->result, connection->conn, rows);
}

/* One step further. Returns when the answer is complete or more of it has to come. */
static void advance(struct mariadb_engine *engine, struct connection *connection)
{
	struct pool *pool = engine->base.results;

	while (connection->state == ENGINE_RUNNING && !connection->waiting_for) {
		int error = 0;

		if (connection->phase == PHASE_STORE) {
			if (mariadb.errno_(connection->conn)) {
				mariadb_keep_error(pool, connection->result, connection->conn);
				finish(connection);
				return;
			}
			if (!mariadb.more_results(connection->conn)) {
				finish(connection);
				return;
			}
			connection->phase = PHASE_NEXT;
			connection->waiting_for =
				mariadb.next_result_start(&error, connection->conn);
			if (connection->waiting_for)
				return;
		}
		on_query(engine, connection, error);
	}
}

/* The socket has news. */
static void look(struct mariadb_engine *engine, struct connection *connection)
{
	int status = connection->waiting_for;
	MYSQL_RES *rows = NULL;
	int error = 0;

	if (!status)
		return;
	switch (connection->phase) {
	case PHASE_QUERY:
		connection->waiting_for =
			mariadb.real_query_cont(&error, connection->conn, status);
		if (!connection->waiting_for)
			on_query(engine, connection, error);
		break;
	case PHASE_NEXT:
		connection->waiting_for =
			mariadb.next_result_cont(&error, connection->conn, status);
		if (!connection->waiting_for)
			on_query(engine, connection, error);
		break;
	case PHASE_STORE:
		connection->waiting_for =
			mariadb.store_result_cont(&rows, connection->conn, status);
		if (!connection->waiting_for)
			mariadb_keep_rows(engine->base.results, connection->result,
				connection->conn, rows);
		break;
	}
	advance(engine, connection);
}

static int start(struct engine *base, unsigned int session, const char *sql, struct diag *diag)
{
	struct connection *connection = &of(base)->sessions[session];
	int error = 0;

	(void)diag;
	free(connection->sql);
	connection->sql = strdup(sql);
	connection->result = pool_alloc(base->results, sizeof(*connection->result));
	connection->cancelled = FAILURE_NONE;
	connection->state = ENGINE_RUNNING;
	connection->phase = PHASE_QUERY;
	connection->sent_ns = clock_now_ns();
	connection->waiting_for = mariadb.real_query_start(
		&error, connection->conn, connection->sql, strlen(connection->sql));
	if (!connection->waiting_for)
		on_query(of(base), connection, error);
	advance(of(base), connection);
	return 0;
}

/* ---- who waits ---- */

/* Runs a query of ours and gives its rows to the caller, who frees them. */
static MYSQL_RES *ask(struct mariadb_engine *engine, const char *sql)
{
	if (mariadb.real_query(engine->control, sql, strlen(sql)) != 0)
		return NULL;
	return mariadb.store_result(engine->control);
}

/* Does InnoDB's status tell that the thread waits for a lock? */
static bool status_tells_wait(const char *status, unsigned long id)
{
	char thread[48];

	snprintf(thread, sizeof(thread), "thread id %lu,", id);
	for (const char *at = strstr(status, "\n---TRANSACTION"); at;) {
		const char *next = strstr(at + 1, "\n---TRANSACTION");
		const char *here = strstr(at, thread);
		const char *wait = strstr(at, "\nLOCK WAIT");

		if (here && (!next || here < next))
			return wait && wait < here;
		at = next;
	}
	return false;
}

/* Metadata and user locks. A statement with gates that waits for a user lock is at a gate. */
static int ask_process_list(
	struct mariadb_engine *engine, struct connection *connection, struct diag *diag)
{
	char sql[128];
	MYSQL_RES *result;
	MYSQL_ROW row;

	snprintf(sql, sizeof(sql),
		"SELECT state FROM information_schema.processlist WHERE id = %lu",
		connection->id);
	result = ask(engine, sql);
	if (!result)
		return lost(engine->control, "the observer", diag);
	row = mariadb.fetch_row(result);
	if (row && row[0] && strstr(row[0], "User lock"))
		connection->state = connection->gated ? ENGINE_HELD : ENGINE_BLOCKED;
	else if (row && row[0] && strstr(row[0], "Waiting for"))
		connection->state = ENGINE_BLOCKED;
	mariadb.free_result(result);
	return 0;
}

static int cancel_now(
	struct mariadb_engine *engine, const struct connection *connection, struct diag *diag)
{
	char sql[48];

	snprintf(sql, sizeof(sql), "KILL QUERY %lu", connection->id);
	if (mariadb.real_query(engine->control, sql, strlen(sql)) != 0 &&
		mariadb.errno_(engine->control) >= CR_MIN_ERROR)
		return lost(engine->control, "the observer", diag);
	return 0;
}

static int check_limit(
	struct mariadb_engine *engine, struct connection *connection, struct diag *diag)
{
	uint64_t age_ns = clock_now_ns() - connection->sent_ns;
	int r;

	if (age_ns > SLOW_NS || connection->gated) {
		r = ask_process_list(engine, connection, diag);
		if (r < 0)
			return r;
	}
	if (age_ns <= engine->config->timeout_ns || connection->cancelled ||
		connection->state != ENGINE_RUNNING)
		return 0;
	connection->cancelled = FAILURE_TIMEOUT;
	return cancel_now(engine, connection, diag);
}

static unsigned int count_state(const struct mariadb_engine *engine, enum engine_state state)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < engine->config->session_count; i++)
		count += engine->sessions[i].state == state;
	return count;
}

/* Waits until one of the sessions in that state may have news. True: one had. */
static bool wait_for_news(
	struct mariadb_engine *engine, enum engine_state state, uint64_t wait_ns)
{
	struct pollfd fds[SPEC_SESSIONS_MAX];
	struct connection *who[SPEC_SESSIONS_MAX];
	struct timespec limit = { .tv_nsec = (long)wait_ns };
	nfds_t count = 0;
	bool any = false;

	for (unsigned int i = 0; i < engine->config->session_count; i++) {
		struct connection *connection = &engine->sessions[i];

		if (connection->state != state)
			continue;
		who[count] = connection;
		fds[count++] = (struct pollfd){ .fd = (int)mariadb.get_socket(connection->conn),
			.events = POLLIN };
	}
	if (ppoll(fds, count, &limit, NULL) <= 0)
		return false;
	for (nfds_t i = 0; i < count; i++)
		if (fds[i].revents) {
			who[i]->state = ENGINE_RUNNING;
			look(engine, who[i]);
			any = true;
		}
	return any;
}

static int find_blocked(struct mariadb_engine *engine, struct diag *diag)
{
	MYSQL_RES *result = ask(engine, "SHOW ENGINE INNODB STATUS");
	MYSQL_ROW row;
	int r = 0;

	if (!result)
		return mariadb.errno_(engine->control) < CR_MIN_ERROR
			       ? diag_set(diag, -EPERM, "cannot ask the server who waits: %s",
					 mariadb.error(engine->control))
			       : lost(engine->control, "the observer", diag);
	row = mariadb.fetch_row(result);
	/* What came while we asked says more than what we were told. */
	if (!wait_for_news(engine, ENGINE_RUNNING, 0))
		for (unsigned int i = 0; i < engine->config->session_count && r == 0; i++) {
			struct connection *connection = &engine->sessions[i];

			if (connection->state != ENGINE_RUNNING)
				continue;
			if (row && row[2] && status_tells_wait(row[2], connection->id))
				connection->state = ENGINE_BLOCKED;
			else
				r = check_limit(engine, connection, diag);
		}
	mariadb.free_result(result);
	return r;
}

static int settle_running(struct mariadb_engine *engine, struct diag *diag)
{
	uint64_t wait_ns = FIRST_LOOK_NS;
	int r = 0;

	while (r == 0 && count_state(engine, ENGINE_RUNNING)) {
		if (!wait_for_news(engine, ENGINE_RUNNING, wait_ns)) {
			r = find_blocked(engine, diag);
			wait_ns = LATER_LOOK_NS;
		}
		if (interrupt_requested())
			return -EINTR;
	}
	return r;
}

static bool in_transaction(const struct engine *base, unsigned int session)
{
	MYSQL *conn = ((const struct mariadb_engine *)base)->sessions[session].conn;

	return conn && (conn->server_status & SERVER_STATUS_IN_TRANS);
}

/* Is there a session with a transaction, thus perhaps locks, that does not wait? */
static bool somebody_can_go_on(const struct mariadb_engine *engine)
{
	for (unsigned int i = 0; i < engine->config->session_count; i++) {
		const struct connection *connection = &engine->sessions[i];

		if (connection->state != ENGINE_BLOCKED &&
			(connection->state == ENGINE_HELD || in_transaction(&engine->base, i)))
			return true;
	}
	return false;
}

static int settle(struct engine *base, struct diag *diag)
{
	struct mariadb_engine *engine = of(base);
	int r = settle_running(engine, diag);

	if (r < 0 || !count_state(engine, ENGINE_BLOCKED))
		return r;
	/* Whoever waited may go on by what the others did since. */
	for (unsigned int i = 0; i < engine->config->session_count; i++)
		if (engine->sessions[i].state == ENGINE_BLOCKED)
			engine->sessions[i].state = ENGINE_RUNNING;
	r = find_blocked(engine, diag);
	if (r == 0)
		r = settle_running(engine, diag);
	/* Two that wait may be a deadlock that InnoDB is about to end. */
	if (r == 0 && count_state(engine, ENGINE_BLOCKED) > 1 &&
		wait_for_news(engine, ENGINE_BLOCKED,
			somebody_can_go_on(engine) ? DETECTOR_NS : SURE_DETECTOR_NS))
		r = settle_running(engine, diag);
	return r;
}

static enum engine_state state(const struct engine *base, unsigned int session)
{
	return ((const struct mariadb_engine *)base)->sessions[session].state;
}

static struct result *take(struct engine *base, unsigned int session)
{
	struct connection *connection = &of(base)->sessions[session];
	struct result *result = connection->result;

	connection->state = ENGINE_IDLE;
	if (result->failure == FAILURE_TIMEOUT && connection->cancelled == FAILURE_DEADLOCK)
		result_fail(base->results, result, FAILURE_DEADLOCK, "1213",
			"Deadlock found when trying to get lock; try restarting transaction");
	return result;
}

static int cancel(
	struct engine *base, unsigned int session, enum failure failure, struct diag *diag)
{
	struct mariadb_engine *engine = of(base);
	struct connection *connection = &engine->sessions[session];
	uint64_t deadline_ns = clock_now_ns() + CANCEL_LIMIT_NS;
	int r;

	connection->cancelled = failure;
	connection->state = ENGINE_RUNNING;
	r = cancel_now(engine, connection, diag);
	while (r == 0 && connection->state == ENGINE_RUNNING) {
		struct pollfd fd = { .fd = (int)mariadb.get_socket(connection->conn),
			.events = POLLIN };

		if (poll(&fd, 1, 10) > 0)
			look(engine, connection);
		if (clock_now_ns() > deadline_ns)
			r = diag_set(diag, -ETIMEDOUT,
				"the server does not cancel a statement that waits");
	}
	return r;
}

static void disconnect(struct connection *connection)
{
	if (connection->conn)
		mariadb.close(connection->conn);
	connection->conn = NULL;
	connection->state = ENGINE_IDLE;
	connection->waiting_for = 0;
}

/* The server rolls back when it sees that the connection is gone; we wait until it has. */
static int crash(struct engine *base, unsigned int session, struct diag *diag)
{
	struct mariadb_engine *engine = of(base);
	uint64_t deadline_ns = clock_now_ns() + CANCEL_LIMIT_NS;
	bool is_there = true;
	char sql[128];

	snprintf(sql, sizeof(sql),
		"SELECT 1 FROM information_schema.processlist WHERE id = %lu",
		engine->sessions[session].id);
	disconnect(&engine->sessions[session]);
	while (is_there) {
		MYSQL_RES *result = ask(engine, sql);

		if (!result || clock_now_ns() > deadline_ns)
			return lost(engine->control, "the observer", diag);
		is_there = mariadb.num_rows(result) > 0;
		mariadb.free_result(result);
	}
	return 0;
}

/* ---- gates ---- */

static int gate(struct engine *base, unsigned int session, bool closed, struct diag *diag)
{
	struct connection *connection = &of(base)->sessions[session];

	if (connection->gated == closed)
		return 0;
	connection->gated = closed;
	return mariadb_gate_move(of(base)->control, connection->id, closed, diag);
}

static int pass(struct engine *base, unsigned int session, struct diag *diag)
{
	struct connection *connection = &of(base)->sessions[session];

	connection->state = ENGINE_RUNNING;
	connection->sent_ns = clock_now_ns();
	return mariadb_gate_pass(of(base)->control, connection->id, diag);
}

/* InnoDB ends its deadlocks itself. */
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
	MYSQL *control = of(base)->control;
	int error;

	*ret_result = pool_alloc(base->results, sizeof(**ret_result));
	if (!*sql)
		return 0;
	error = mariadb.real_query(control, sql, strlen(sql));
	while (error == 0) {
		MYSQL_RES *rows = mariadb.store_result(control);

		if (!rows && mariadb.errno_(control))
			break;
		mariadb_keep_rows(base->results, *ret_result, control, rows);
		error = mariadb.next_result(control);
	}
	if (!mariadb.errno_(control))
		return 0;
	mariadb_keep_error(base->results, *ret_result, control);
	return (*ret_result)->failure == FAILURE_LOST ? lost(control, "the observer", diag) : 0;
}

/* ---- connecting ---- */

static int execute(MYSQL *conn, const char *sql, struct diag *diag)
{
	return mariadb_execute(conn, sql, diag);
}

static bool has_level(enum spec_level level)
{
	(void)level;
	return true;
}

static int set_session(
	struct mariadb_engine *engine, struct connection *connection, struct diag *diag)
{
	const char *level = engine->level == LEVEL_SNAPSHOT ? "repeatable read"
							    : spec_level_name(engine->level);
	char sql[320];

	/* The explorer knows who waits; the server's limit must not come between. */
	snprintf(sql, sizeof(sql), "USE %s; SET SESSION innodb_lock_wait_timeout = 100000%s%s",
		engine->database,
		engine->level == LEVEL_DEFAULT ? ""
					       : "; SET SESSION TRANSACTION ISOLATION LEVEL ",
		engine->level == LEVEL_DEFAULT ? "" : level);
	if (engine->level == LEVEL_SNAPSHOT)
		strcat(sql, "; SET SESSION innodb_snapshot_isolation = ON");
	return execute(connection->conn, sql, diag);
}

static int connect_session(
	struct mariadb_engine *engine, struct connection *connection, struct diag *diag)
{
	connection->state = ENGINE_IDLE;
	connection->waiting_for = 0;
	connection->conn = mariadb_open(&engine->address, diag);
	if (!connection->conn)
		return -ECONNREFUSED;
	connection->id = mariadb.thread_id(connection->conn);
	return set_session(engine, connection, diag);
}

static int renew_session(
	struct mariadb_engine *engine, struct connection *connection, struct diag *diag)
{
	if (connection->state != ENGINE_IDLE && connection->state != ENGINE_FINISHED)
		disconnect(connection);
	if (!connection->conn)
		return connect_session(engine, connection, diag);
	connection->state = ENGINE_IDLE;
	if (connection->conn->server_status & SERVER_STATUS_IN_TRANS)
		execute(connection->conn, "ROLLBACK", diag);
	if (!engine->base.discard)
		return 0;
	mariadb.reset_connection(connection->conn);
	return set_session(engine, connection, diag);
}

static int renew_sessions(struct mariadb_engine *engine, struct diag *diag)
{
	int r = 0;

	for (unsigned int i = 0; i < engine->config->session_count && r == 0; i++) {
		r = gate(&engine->base, i, false, diag);
		if (r == 0)
			r = renew_session(engine, &engine->sessions[i], diag);
	}
	return r;
}

static int drop_databases(struct mariadb_engine *engine, struct diag *diag)
{
	char sql[160];

	snprintf(sql, sizeof(sql),
		"SET foreign_key_checks = 0; DROP DATABASE IF EXISTS %s; DROP DATABASE IF "
		"EXISTS "
		"%s_saved",
		engine->database, engine->database);
	return execute(engine->control, sql, diag);
}

static int run_setups(struct mariadb_engine *engine, struct diag *diag)
{
	const struct spec *spec = engine->base.spec;
	char sql[160];
	int r;

	snprintf(sql, sizeof(sql), "CREATE DATABASE %s; CREATE DATABASE %s_saved; USE %s",
		engine->database, engine->database, engine->database);
	r = execute(engine->control, sql, diag);
	for (size_t i = 0; i < spec->setup_count && r == 0; i++) {
		struct diag why;

		r = execute(engine->control, spec->setups[i], &why);
		if (r < 0)
			diag_set(diag, r, "the setup of '%s' fails: %s", spec->name, why.text);
	}
	return r;
}

static int make_gates(struct mariadb_engine *engine, struct diag *diag)
{
	return engine->base.spec->overlaps
		       ? mariadb_gates_make(engine->control, &engine->base.schema, diag)
		       : 0;
}

static int rebuild(struct mariadb_engine *engine, struct diag *diag)
{
	int r = drop_databases(engine, diag);

	if (r == 0)
		r = run_setups(engine, diag);
	if (r == 0)
		r = make_gates(engine, diag);
	/* Their database is another one now, of the same name. */
	for (unsigned int i = 0; i < engine->config->session_count && r == 0; i++)
		r = set_session(engine, &engine->sessions[i], diag);
	return r;
}

static int setup(
	struct engine *base, const struct spec *spec, enum spec_level level, struct diag *diag)
{
	struct mariadb_engine *engine = of(base);
	int r;

	for (unsigned int i = 0; i < engine->config->session_count; i++)
		disconnect(&engine->sessions[i]);
	engine->level = level;
	base->spec = spec;
	r = drop_databases(engine, diag);
	if (r == 0)
		r = run_setups(engine, diag);
	if (r == 0)
		r = renew_sessions(engine, diag);
	if (r == 0)
		r = mariadb_read_schema(base, engine->control, engine->database, diag);
	if (r == 0)
		r = mariadb_save_data(
			base, engine->control, engine->database, &engine->resets, diag);
	if (r == 0 && engine->resets.needs_rebuild)
		base->rebuild = true;
	return r < 0 ? r : make_gates(engine, diag);
}

static int reset(struct engine *base, bool exact, struct diag *diag)
{
	struct mariadb_engine *engine = of(base);
	int r = renew_sessions(engine, diag);

	if (r < 0)
		return r;
	if (base->rebuild)
		return rebuild(engine, diag);
	return execute(
		engine->control, exact ? engine->resets.exact : engine->resets.quick, diag);
}

static void close_engine(struct engine *base)
{
	struct mariadb_engine *engine = of(base);
	struct diag diag;

	for (unsigned int i = 0; i < engine->config->session_count; i++) {
		disconnect(&engine->sessions[i]);
		free(engine->sessions[i].sql);
	}
	if (engine->control) {
		drop_databases(engine, &diag);
		mariadb.close(engine->control);
	}
	mariadb_address_release(&engine->address);
	pool_release(&base->schema_pool);
	free(engine);
}

static uint64_t control_limit_seconds(const struct engine_config *config)
{
	uint64_t limit = config->timeout_ns / UINT64_C(1000000000);

	return limit > CONTROL_LIMIT_SECONDS ? limit : CONTROL_LIMIT_SECONDS;
}

static int open_engine(
	const struct engine_config *config, struct engine **ret_engine, struct diag *diag)
{
	struct mariadb_engine *engine;
	char limit[96];
	int r = mariadb_load(diag);

	if (r < 0)
		return r;
	engine = calloc(1, sizeof(*engine));
	if (!engine)
		return diag_set(diag, -ENOMEM, "no memory for the engine");
	engine->base.ops = &engine_mariadb;
	engine->config = config;
	snprintf(engine->database, sizeof(engine->database), "weft_%d", (int)getpid());
	r = mariadb_address_parse(config->connection, &engine->address, diag);
	if (r == 0)
		engine->control = mariadb_open(&engine->address, diag);
	if (!engine->control) {
		close_engine(&engine->base);
		return r < 0 ? r : -ECONNREFUSED;
	}
	/* What the file asks of us besides the sessions' steps must come to its end, too. */
	snprintf(limit, sizeof(limit), "SET max_statement_time = %lu, lock_wait_timeout = 10",
		control_limit_seconds(config));
	r = execute(engine->control, limit, diag);
	if (r < 0) {
		close_engine(&engine->base);
		return r;
	}
	engine->base.version = mariadb.get_server_info(engine->control);
	*ret_engine = &engine->base;
	return 0;
}

const struct engine_ops engine_mariadb = {
	.id = SPEC_MARIADB,
	.has_level = has_level,
	.open = open_engine,
	.close = close_engine,
	.setup = setup,
	.reset = reset,
	.gate = gate,
	.pass = pass,
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
