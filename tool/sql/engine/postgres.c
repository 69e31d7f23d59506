/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PostgreSQL through libpq: one connection for each session, and one more that asks the server
 * who waits for whom. The sessions' world is a schema of its own, dropped at the end.
 *
 * That a session waits for another one is known exactly: nobody but the explorer moves the
 * others, so once the server says that it is blocked, it stays so. Deadlocks are found from the
 * server's wait-for graph before its own detector looks, and the explorer says who is the
 * victim; the server's timer would choose by chance.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tool/launch/clock.h"
#include "tool/search/interrupt.h"
#include "tool/sql/engine/engine.h"
#include "tool/sql/engine/libpq.h"
#include "tool/sql/engine/postgres_gate.h"
#include "tool/sql/engine/postgres_schema.h"

#define FIRST_LOOK_NS                                                          \
	150000 /* how long a statement may take before we ask whether it waits \
		*/
#define LATER_LOOK_NS 1000000
#define CONTROL_LIMIT_NS (60 * UINT64_C(1000000000))
#define CANCEL_LIMIT_NS (10 * UINT64_C(1000000000))
#define EXACT_EVERY 256 /* resets: what was deleted is given back to the file system */
#define OPTIONS_SIZE 256
#define PID_SIZE 16

struct connection {
	PGconn *conn;
	char pid[PID_SIZE];
	enum engine_state state;
	bool gated;
	enum failure cancelled; /* what the cancellation of the statement stands for */
	struct result *result;
	uint64_t sent_ns;
};

struct postgres_engine {
	struct engine base;
	const struct engine_config *config;
	PGconn *control;
	char schema[32];
	enum spec_level level;
	struct postgres_reset resets;
	uint64_t reset_count;
	struct connection sessions[SPEC_SESSIONS_MAX];
};

static struct postgres_engine *of(struct engine *engine)
{
	return (struct postgres_engine *)engine;
}

static int lost(PGconn *conn, const char *who, struct diag *diag)
{
	return diag_set(
		diag, -ECONNRESET, "the connection of %s is lost: %s", who, libpq_error(conn));
}

/* ---- results ---- */

static enum failure failure_of(const char *state)
{
	if (strcmp(state, "40001") == 0)
		return FAILURE_SERIALIZATION;
	if (strcmp(state, "40P01") == 0)
		return FAILURE_DEADLOCK;
	if (strcmp(state, "55P03") == 0)
		return FAILURE_LOCK_TIMEOUT;
	if (strcmp(state, "57014") == 0)
		return FAILURE_TIMEOUT;
	if (strncmp(state, "23", 2) == 0)
		return FAILURE_CONSTRAINT;
	if (strncmp(state, "57P", 3) == 0 || strncmp(state, "08", 2) == 0)
		return FAILURE_LOST;
	if (strncmp(state, "53", 2) == 0 || strncmp(state, "58", 2) == 0 ||
		strncmp(state, "XX", 2) == 0)
		return FAILURE_ENVIRONMENT;
	return FAILURE_STATEMENT;
}

static void keep_error(struct pool *pool, struct result *result, const PGresult *from)
{
	const char *state = pq.resultErrorField(from, PG_DIAG_SQLSTATE);
	const char *message = pq.resultErrorField(from, PG_DIAG_MESSAGE_PRIMARY);

	/* Without a state it is libpq's own: the connection broke. */
	result_fail(pool, result, state ? failure_of(state) : FAILURE_LOST,
		state ? state : "08006", message ? message : pq.resultErrorMessage(from));
}

static void keep_rows(struct pool *pool, struct result *result, const PGresult *from)
{
	struct rows *rows = pool_alloc(pool, sizeof(*rows));
	char *tag = pq.cmdStatus((PGresult *)(uintptr_t)from);

	rows->column_count = (unsigned int)pq.nfields(from);
	rows->count = (size_t)pq.ntuples(from);
	rows->columns = pool_alloc(pool, rows->column_count * sizeof(*rows->columns));
	rows->cells = pool_alloc(pool, rows->count * rows->column_count * sizeof(*rows->cells));
	for (unsigned int c = 0; c < rows->column_count; c++)
		rows->columns[c] = pool_string(pool, pq.fname(from, (int)c));
	for (size_t i = 0; i < rows->count * rows->column_count; i++) {
		int row = (int)(i / rows->column_count);
		int column = (int)(i % rows->column_count);

		if (!pq.getisnull(from, row, column))
			rows->cells[i] = pool_string(pool, pq.getvalue(from, row, column));
	}
	if (!rows->column_count)
		rows->tag = pool_string(pool, tag);
	result_add_set(pool, result, rows);
}

static void keep_result(struct pool *pool, struct result *result, const PGresult *from)
{
	switch (pq.resultStatus(from)) {
	case PGRES_TUPLES_OK:
	case PGRES_COMMAND_OK:
		keep_rows(pool, result, from);
		break;
	case PGRES_EMPTY_QUERY:
		break;
	case PGRES_COPY_IN:
	case PGRES_COPY_OUT:
	case PGRES_COPY_BOTH:
		result_fail(pool, result, FAILURE_LOST, "weft", "COPY is not for steps");
		break;
	default:
		keep_error(pool, result, from);
		break;
	}
}

/* Takes what has come; true when the statement is done. */
static bool drain(struct postgres_engine *engine, struct connection *connection)
{
	while (!pq.isBusy(connection->conn)) {
		PGresult *result = pq.getResult(connection->conn);

		if (!result) {
			connection->state = ENGINE_FINISHED;
			return true;
		}
		keep_result(engine->base.results, connection->result, result);
		pq.clear(result);
		if (connection->result->failure == FAILURE_LOST) {
			connection->state = ENGINE_FINISHED;
			return true;
		}
	}
	return false;
}

static int start(struct engine *base, unsigned int session, const char *sql, struct diag *diag)
{
	struct connection *connection = &of(base)->sessions[session];

	connection->result = pool_alloc(base->results, sizeof(*connection->result));
	connection->cancelled = FAILURE_NONE;
	connection->state = ENGINE_RUNNING;
	connection->sent_ns = clock_now_ns();
	if (!pq.sendQuery(connection->conn, sql))
		return lost(connection->conn, base->spec->sessions[session]->name, diag);
	return 0;
}

/* ---- who waits ---- */

static int is_blocked(
	struct postgres_engine *engine, const struct connection *connection, struct diag *diag)
{
	const char *values[] = { connection->pid };
	PGresult *result =
		pq.execPrepared(engine->control, "weft_blocked", 1, values, NULL, NULL, 0);
	int r;

	if (pq.resultStatus(result) != PGRES_TUPLES_OK)
		r = lost(engine->control, "the observer", diag);
	else
		r = pq.getvalue(result, 0, 0)[0] == 't';
	pq.clear(result);
	return r;
}

static int cancel_now(
	struct postgres_engine *engine, const struct connection *connection, struct diag *diag)
{
	const char *values[] = { connection->pid };
	PGresult *result =
		pq.execPrepared(engine->control, "weft_cancel", 1, values, NULL, NULL, 0);
	int r = pq.resultStatus(result) == PGRES_TUPLES_OK
			? 0
			: lost(engine->control, "the observer", diag);

	pq.clear(result);
	return r;
}

/* Reads what is there. Returns 0 or a negative errno. */
static int look(struct postgres_engine *engine, struct connection *connection)
{
	if (!pq.consumeInput(connection->conn)) {
		/* What it says about the end comes as a result. */
		if (!drain(engine, connection))
			result_fail(engine->base.results, connection->result, FAILURE_LOST,
				"08006", libpq_error(connection->conn));
		connection->state = ENGINE_FINISHED;
		return 0;
	}
	drain(engine, connection);
	return 0;
}

/* Waits until one of the running sessions may have news. */
static void wait_for_news(struct postgres_engine *engine, uint64_t wait_ns)
{
	struct pollfd fds[SPEC_SESSIONS_MAX];
	struct connection *who[SPEC_SESSIONS_MAX];
	struct timespec limit = { .tv_nsec = (long)wait_ns };
	nfds_t count = 0;

	for (unsigned int i = 0; i < engine->config->session_count; i++) {
		struct connection *connection = &engine->sessions[i];

		if (connection->state != ENGINE_RUNNING)
			continue;
		who[count] = connection;
		fds[count++] =
			(struct pollfd){ .fd = pq.socket(connection->conn), .events = POLLIN };
	}
	if (ppoll(fds, count, &limit, NULL) <= 0)
		return;
	for (nfds_t i = 0; i < count; i++)
		if (fds[i].revents)
			look(engine, who[i]);
}

static unsigned int count_running(const struct postgres_engine *engine)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < engine->config->session_count; i++)
		count += engine->sessions[i].state == ENGINE_RUNNING;
	return count;
}

static int find_held(
	struct postgres_engine *engine, struct connection *connection, struct diag *diag)
{
	int r = postgres_gate_holds(engine->control, connection->pid, diag);

	if (r <= 0)
		return r;
	connection->state = ENGINE_HELD;
	return 0;
}

/* Asks of each running session whether it waits; one that has news does not. */
static int find_blocked(struct postgres_engine *engine, struct diag *diag)
{
	for (unsigned int i = 0; i < engine->config->session_count; i++) {
		struct connection *connection = &engine->sessions[i];
		int r;

		if (connection->state != ENGINE_RUNNING)
			continue;
		r = is_blocked(engine, connection, diag);
		if (r < 0)
			return r;
		look(engine, connection);
		if (connection->state != ENGINE_RUNNING)
			return 0;
		if (r == 0 && connection->gated) {
			r = find_held(engine, connection, diag);
			if (r < 0 || connection->state == ENGINE_HELD)
				return r;
		}
		if (r > 0) {
			connection->state = ENGINE_BLOCKED;
		} else if (clock_now_ns() - connection->sent_ns > engine->config->timeout_ns &&
			   !connection->cancelled) {
			connection->cancelled = FAILURE_TIMEOUT;
			r = cancel_now(engine, connection, diag);
			if (r < 0)
				return r;
		}
	}
	return 0;
}

/* Whoever waited may go on by what the others did since. */
static void wake_all(struct postgres_engine *engine)
{
	for (unsigned int i = 0; i < engine->config->session_count; i++)
		if (engine->sessions[i].state == ENGINE_BLOCKED)
			engine->sessions[i].state = ENGINE_RUNNING;
}

static int settle(struct engine *base, struct diag *diag)
{
	struct postgres_engine *engine = of(base);
	uint64_t wait_ns = FIRST_LOOK_NS;
	unsigned int before = count_running(engine);
	int r = 0;

	/* First those that were sent something; what they do decides about the others. */
	while (r == 0 && count_running(engine)) {
		unsigned int running = count_running(engine);

		wait_for_news(engine, wait_ns);
		if (count_running(engine) == running) {
			r = find_blocked(engine, diag);
			wait_ns = LATER_LOOK_NS;
		}
		if (interrupt_requested())
			return -EINTR;
		if (r == 0 && !count_running(engine) && before) {
			before = 0;
			wait_ns = FIRST_LOOK_NS / 3;
			wake_all(engine);
			/* A look without waiting: most still wait. */
			if (count_running(engine))
				r = find_blocked(engine, diag);
		}
	}
	return r;
}

static enum engine_state state(const struct engine *base, unsigned int session)
{
	return ((const struct postgres_engine *)base)->sessions[session].state;
}

static struct result *take(struct engine *base, unsigned int session)
{
	struct connection *connection = &of(base)->sessions[session];
	struct result *result = connection->result;

	connection->state = ENGINE_IDLE;
	if (result->failure == FAILURE_TIMEOUT && connection->cancelled == FAILURE_DEADLOCK)
		result_fail(
			base->results, result, FAILURE_DEADLOCK, "40P01", "deadlock detected");
	else if (result->failure == FAILURE_TIMEOUT && connection->cancelled == FAILURE_TIMEOUT)
		result_fail(base->results, result, FAILURE_TIMEOUT, "57014",
			"the step did not end within the time limit");
	return result;
}

static bool in_transaction(const struct engine *base, unsigned int session)
{
	PGconn *conn = ((const struct postgres_engine *)base)->sessions[session].conn;
	PGTransactionStatusType status = conn ? pq.transactionStatus(conn) : PQTRANS_IDLE;

	return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

static int cancel(
	struct engine *base, unsigned int session, enum failure failure, struct diag *diag)
{
	struct postgres_engine *engine = of(base);
	struct connection *connection = &engine->sessions[session];
	uint64_t deadline_ns = clock_now_ns() + CANCEL_LIMIT_NS;
	int r;

	connection->cancelled = failure;
	connection->state = ENGINE_RUNNING;
	r = cancel_now(engine, connection, diag);
	/* It is still blocked until it has noticed. */
	while (r == 0 && connection->state == ENGINE_RUNNING) {
		struct pollfd fd = { .fd = pq.socket(connection->conn), .events = POLLIN };

		if (poll(&fd, 1, 10) > 0)
			r = look(engine, connection);
		if (clock_now_ns() > deadline_ns)
			r = diag_set(diag, -ETIMEDOUT,
				"the server does not cancel a statement that waits");
	}
	wake_all(engine);
	return r;
}

/* The server rolls back when it sees that the connection is gone; we wait until it has. */
static int crash(struct engine *base, unsigned int session, struct diag *diag)
{
	struct postgres_engine *engine = of(base);
	struct connection *connection = &engine->sessions[session];
	uint64_t deadline_ns = clock_now_ns() + CANCEL_LIMIT_NS;
	const char *values[] = { connection->pid };
	bool is_there = true;

	pq.finish(connection->conn);
	connection->conn = NULL;
	connection->state = ENGINE_IDLE;
	while (is_there) {
		PGresult *result = pq.execPrepared(
			engine->control, "weft_is_there", 1, values, NULL, NULL, 0);
		bool ok = pq.resultStatus(result) == PGRES_TUPLES_OK;

		is_there = ok && pq.getvalue(result, 0, 0)[0] == 't';
		pq.clear(result);
		if (!ok || clock_now_ns() > deadline_ns)
			return lost(engine->control, "the observer", diag);
	}
	wake_all(engine);
	return 0;
}

/* ---- gates ---- */

static int gate(struct engine *base, unsigned int session, bool closed, struct diag *diag)
{
	struct connection *connection = &of(base)->sessions[session];

	if (connection->gated == closed)
		return 0;
	connection->gated = closed;
	return closed ? postgres_gate_close(of(base)->control, connection->pid, diag)
		      : postgres_gate_open(of(base)->control, connection->pid, diag);
}

static int pass(struct engine *base, unsigned int session, struct diag *diag)
{
	struct connection *connection = &of(base)->sessions[session];

	connection->state = ENGINE_RUNNING;
	connection->sent_ns = clock_now_ns();
	return postgres_gate_pass(of(base)->control, connection->pid, diag);
}

/* ---- deadlocks ---- */

/* Whom a session waits for, among the sessions. */
static int waits_for(struct postgres_engine *engine, unsigned int session, session_set *ret_set,
	struct diag *diag)
{
	const char *values[] = { engine->sessions[session].pid };
	PGresult *result =
		pq.execPrepared(engine->control, "weft_blockers", 1, values, NULL, NULL, 0);
	const char *list;

	*ret_set = 0;
	if (pq.resultStatus(result) != PGRES_TUPLES_OK) {
		pq.clear(result);
		return lost(engine->control, "the observer", diag);
	}
	list = pq.getvalue(result, 0, 0);
	while (*list) {
		size_t size = strcspn(list, "{},");

		for (unsigned int i = 0; size && i < engine->config->session_count; i++)
			if (strlen(engine->sessions[i].pid) == size &&
				strncmp(engine->sessions[i].pid, list, size) == 0)
				*ret_set |= UINT32_C(1) << i;
		list += size ? size : 1;
	}
	pq.clear(result);
	return 0;
}

static int deadlock(struct engine *base, session_set *ret_set, struct diag *diag)
{
	struct postgres_engine *engine = of(base);
	session_set reaches[SPEC_SESSIONS_MAX] = { 0 };
	unsigned int count = engine->config->session_count;
	int r = 0;

	for (unsigned int i = 0; i < count && r == 0; i++)
		if (engine->sessions[i].state == ENGINE_BLOCKED)
			r = waits_for(engine, i, &reaches[i], diag);
	/* Warshall's transitive closure. */
	for (unsigned int via = 0; via < count; via++)
		for (unsigned int i = 0; i < count; i++)
			if (reaches[i] >> via & 1)
				reaches[i] |= reaches[via];
	*ret_set = 0;
	for (unsigned int i = 0; i < count; i++)
		*ret_set |= reaches[i] & (UINT32_C(1) << i);
	return r;
}

static int query(
	struct engine *base, const char *sql, struct result **ret_result, struct diag *diag)
{
	struct postgres_engine *engine = of(base);
	PGresult *result;

	*ret_result = pool_alloc(base->results, sizeof(**ret_result));
	if (!pq.sendQuery(engine->control, sql))
		return lost(engine->control, "the observer", diag);
	while ((result = pq.getResult(engine->control))) {
		keep_result(base->results, *ret_result, result);
		pq.clear(result);
		if ((*ret_result)->failure == FAILURE_LOST)
			return lost(engine->control, "the observer", diag);
	}
	return 0;
}

/* ---- connecting ---- */

static bool has_level(enum spec_level level)
{
	return level != LEVEL_SNAPSHOT;
}

/* Settings that the session falls back to, whatever its steps set. */
static void server_options(const struct postgres_engine *engine, char options[OPTIONS_SIZE])
{
	char level[32];
	size_t size = 0;

	for (const char *c = spec_level_name(engine->level); *c && size < sizeof(level) - 2;
		c++) {
		if (*c == ' ')
			level[size++] = '\\';
		level[size++] = *c;
	}
	level[size] = '\0';
	snprintf(options, OPTIONS_SIZE, "-c search_path=%s,public%s%s", engine->schema,
		engine->level == LEVEL_DEFAULT ? "" : " -c default_transaction_isolation=",
		engine->level == LEVEL_DEFAULT ? "" : level);
}

static int connect_session(
	struct postgres_engine *engine, struct connection *connection, struct diag *diag)
{
	char options[OPTIONS_SIZE];

	server_options(engine, options);
	connection->state = ENGINE_IDLE;
	connection->conn = libpq_connect(engine->config->connection, options, diag);
	if (!connection->conn)
		return -ECONNREFUSED;
	snprintf(connection->pid, sizeof(connection->pid), "%d",
		pq.backendPID(connection->conn));
	/* Only a superuser may; for others the server's detector is slower than ours anyway. */
	pq.clear(pq.exec(connection->conn, "SET deadlock_timeout = '100s'"));
	return 0;
}

static int prepare_observer(struct postgres_engine *engine, struct diag *diag)
{
	struct text blocked = { 0 };
	PGresult *result;
	int r = 0;

	text_add_string(
		&blocked, "SELECT pg_catalog.pg_isolation_test_session_is_blocked($1::int, '{");
	for (unsigned int i = 0; i < engine->config->session_count; i++)
		text_addf(&blocked, "%s%s", i ? "," : "", engine->sessions[i].pid);
	text_add_string(&blocked, "}')");
	pq.clear(pq.exec(engine->control, "DEALLOCATE ALL"));
	result = pq.prepare(engine->control, "weft_blocked", blocked.text, 0, NULL);
	if (pq.resultStatus(result) != PGRES_COMMAND_OK)
		r = diag_set(diag, -EPERM, "cannot ask the server who waits: %s",
			libpq_error(engine->control));
	pq.clear(result);
	text_release(&blocked);
	pq.clear(pq.prepare(engine->control, "weft_blockers",
		"SELECT pg_catalog.pg_blocking_pids($1::int)", 0, NULL));
	pq.clear(pq.prepare(engine->control, "weft_cancel",
		"SELECT pg_catalog.pg_cancel_backend($1::int)", 0, NULL));
	pq.clear(pq.prepare(engine->control, "weft_is_there",
		"SELECT EXISTS (SELECT FROM pg_catalog.pg_stat_activity WHERE pid = $1::int)",
		0, NULL));
	return r;
}

static void disconnect_sessions(struct postgres_engine *engine)
{
	struct diag diag;

	for (unsigned int i = 0; i < engine->config->session_count; i++) {
		gate(&engine->base, i, false, &diag);
		pq.finish(engine->sessions[i].conn);
		engine->sessions[i].conn = NULL;
	}
}

/* Connections that were cut, made again; and what is left of the last execution, undone. */
static int renew_sessions(struct postgres_engine *engine, struct diag *diag)
{
	bool changed = false;
	int r = 0;

	for (unsigned int i = 0; i < engine->config->session_count && r == 0; i++) {
		struct connection *connection = &engine->sessions[i];

		r = gate(&engine->base, i, false, diag);
		if (connection->conn && (connection->state == ENGINE_BLOCKED ||
						connection->state == ENGINE_RUNNING ||
						connection->state == ENGINE_HELD ||
						pq.status(connection->conn) != CONNECTION_OK)) {
			pq.finish(connection->conn);
			connection->conn = NULL;
		}
		if (!connection->conn) {
			changed = true;
			r = connect_session(engine, connection, diag);
			continue;
		}
		connection->state = ENGINE_IDLE;
		if (in_transaction(&engine->base, i))
			pq.clear(pq.exec(connection->conn, "ROLLBACK"));
		if (engine->base.discard) {
			pq.clear(pq.exec(connection->conn, "DISCARD ALL"));
			pq.clear(pq.exec(connection->conn, "SET deadlock_timeout = '100s'"));
		}
	}
	return r == 0 && changed ? prepare_observer(engine, diag) : r;
}

static int execute(struct postgres_engine *engine, const char *sql, struct diag *diag)
{
	PGresult *result = pq.exec(engine->control, sql);
	ExecStatusType status = pq.resultStatus(result);
	int r = 0;

	if (pq.status(engine->control) != CONNECTION_OK)
		r = lost(engine->control, "the observer", diag);
	else if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK &&
		 status != PGRES_EMPTY_QUERY)
		r = diag_set(diag, -EINVAL, "%s", libpq_error(engine->control));
	pq.clear(result);
	return r;
}

static int drop_schema(struct postgres_engine *engine, struct diag *diag)
{
	char sql[128];

	snprintf(sql, sizeof(sql), "DROP SCHEMA IF EXISTS %s, %s_saved CASCADE", engine->schema,
		engine->schema);
	return execute(engine, sql, diag);
}

static int run_setups(struct postgres_engine *engine, struct diag *diag)
{
	const struct spec *spec = engine->base.spec;
	char sql[128];
	int r;

	snprintf(sql, sizeof(sql), "CREATE SCHEMA %s; CREATE SCHEMA %s_saved", engine->schema,
		engine->schema);
	r = execute(engine, sql, diag);
	for (size_t i = 0; i < spec->setup_count && r == 0; i++) {
		struct diag why;

		r = execute(engine, spec->setups[i], &why);
		if (r == -EINVAL)
			diag_set(diag, r, "the setup of '%s' fails: %s", spec->name, why.text);
		else if (r < 0)
			*diag = why;
	}
	return r;
}

static int make_gates(struct postgres_engine *engine, struct diag *diag)
{
	return engine->base.spec->overlaps ? postgres_gates_make(engine->control,
						     engine->schema, &engine->base.schema, diag)
					   : 0;
}

static int rebuild(struct postgres_engine *engine, struct diag *diag)
{
	int r = 0;

	/* What the file made outside of our schema is its own teardown's. */
	if (engine->base.spec->teardown)
		execute(engine, engine->base.spec->teardown, diag);
	r = drop_schema(engine, diag);
	if (r == 0)
		r = run_setups(engine, diag);
	return r < 0 ? r : make_gates(engine, diag);
}

static int setup(
	struct engine *base, const struct spec *spec, enum spec_level level, struct diag *diag)
{
	struct postgres_engine *engine = of(base);
	int r;

	disconnect_sessions(engine);
	engine->level = level;
	r = drop_schema(engine, diag);
	base->spec = spec;
	if (r == 0)
		r = run_setups(engine, diag);
	if (r == 0)
		r = renew_sessions(engine, diag);
	if (r == 0)
		r = postgres_read_schema(base, engine->control, engine->schema, diag);
	if (r == 0)
		r = postgres_save_data(
			base, engine->control, engine->schema, &engine->resets, diag);
	if (r == 0 && engine->resets.needs_rebuild)
		base->rebuild = true;
	return r < 0 ? r : make_gates(engine, diag);
}

static int reset(struct engine *base, bool exact, struct diag *diag)
{
	struct postgres_engine *engine = of(base);
	int r = renew_sessions(engine, diag);

	if (r < 0)
		return r;
	if (base->rebuild)
		return rebuild(engine, diag);
	if (++engine->reset_count % EXACT_EVERY == 0)
		exact = true;
	r = execute(engine, exact ? engine->resets.exact : engine->resets.quick, diag);
	return r == -EINVAL ? rebuild(engine, diag) : r;
}

static void close_engine(struct engine *base)
{
	struct postgres_engine *engine = of(base);
	struct diag diag;

	disconnect_sessions(engine);
	if (engine->control) {
		if (base->spec && base->spec->teardown)
			execute(engine, base->spec->teardown, &diag);
		/* Steps that wrote to it may still be rolling back; they have no connection. */
		drop_schema(engine, &diag);
		pq.finish(engine->control);
	}
	pool_release(&base->schema_pool);
	free(engine);
}

static uint64_t control_limit_ns(const struct engine_config *config)
{
	return config->timeout_ns > CONTROL_LIMIT_NS ? config->timeout_ns : CONTROL_LIMIT_NS;
}

static int open_engine(
	const struct engine_config *config, struct engine **ret_engine, struct diag *diag)
{
	struct postgres_engine *engine;
	char options[OPTIONS_SIZE];
	int r = libpq_load(diag);

	if (r < 0)
		return r;
	engine = calloc(1, sizeof(*engine));
	if (!engine)
		return diag_set(diag, -ENOMEM, "no memory for the engine");
	engine->base.ops = &engine_postgres;
	engine->config = config;
	snprintf(engine->schema, sizeof(engine->schema), "weft_%d", (int)getpid());
	/* What the file asks of us besides the sessions' steps must come to its end, too. */
	snprintf(options, sizeof(options),
		"-c search_path=%s,public -c lock_timeout=10s -c statement_timeout=%lums",
		engine->schema, control_limit_ns(config) / 1000000);
	engine->control = libpq_connect(config->connection, options, diag);
	if (!engine->control) {
		close_engine(&engine->base);
		return -ECONNREFUSED;
	}
	engine->base.version = pq.parameterStatus(engine->control, "server_version");
	*ret_engine = &engine->base;
	return 0;
}

const struct engine_ops engine_postgres = {
	.id = SPEC_POSTGRES,
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
