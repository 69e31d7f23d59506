/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One permutation after another. The order in which things are looked at is isolationtester's,
 * since its output shows it. Faster than there is only the look at a step that may wait: after
 * half a millisecond in place of ten.
 */
#include "tool/sql/compat/compat.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tool/launch/clock.h"
#include "tool/search/interrupt.h"
#include "tool/sql/compat/table.h"
#include "tool/sql/data/pool.h"
#include "tool/sql/engine/libpq.h"

#define LOOK_NS 500000
#define NS_PER_S UINT64_C(1000000000)

/* Of a step. */
enum {
	MAY_WAIT = 1, /* return as soon as it waits for a lock */
	RETRY = 2,    /* it was seen waiting before */
};

/* A step of the permutation that is run. */
struct turn {
	const struct spec_turn *spec;
	int targets[SPEC_STEPS_MAX]; /* the notices each blocker waits for */
};

struct connection {
	struct compat *compat;
	PGconn *conn;
	char pid[16];
	const char *session;
	struct turn *active;
	int notices;
};

struct compat {
	const struct spec *spec;
	const struct compat_options *options;
	FILE *stream;
	struct diag *diag;
	struct connection control;
	struct connection sessions[SPEC_SESSIONS_MAX];
	struct turn *waiting[SPEC_SESSIONS_MAX];
	unsigned int waiting_count;
	bool new_notice;
	struct pool pool;
};

static int lost(struct compat *compat, const struct connection *connection)
{
	return diag_set(compat->diag, -ECONNRESET, "session '%s': %s", connection->session,
		libpq_error(connection->conn));
}

/* ---- connecting ---- */

static void on_notice(void *argument, const char *message)
{
	struct connection *connection = argument;

	fprintf(connection->compat->stream, "%s: %s", connection->session, message);
	connection->notices++;
	connection->compat->new_notice = true;
}

static int connect_to(struct compat *compat, struct connection *connection, const char *session)
{
	PGresult *result;
	int r = 0;

	connection->compat = compat;
	connection->session = session;
	connection->conn = libpq_connect(compat->options->connection, NULL, compat->diag);
	if (!connection->conn)
		return -ECONNREFUSED;
	result = pq.execParams(connection->conn,
		"SELECT set_config('application_name', current_setting('application_name') || "
		"'/' || $1, false)",
		1, NULL, &session, NULL, NULL, 0);
	if (pq.resultStatus(result) != PGRES_TUPLES_OK)
		r = lost(compat, connection);
	pq.clear(result);
	snprintf(connection->pid, sizeof(connection->pid), "%d",
		pq.backendPID(connection->conn));
	return r;
}

static int prepare_look(struct compat *compat)
{
	struct text sql = { 0 };
	PGresult *result;
	int r = 0;

	text_add_string(&sql, "SELECT pg_catalog.pg_isolation_test_session_is_blocked($1, '{");
	for (unsigned int i = 0; i < compat->spec->session_count; i++)
		text_addf(&sql, "%s%s", i ? "," : "", compat->sessions[i].pid);
	text_add_string(&sql, "}')");
	result = pq.prepare(compat->control.conn, "weft_waiting", sql.text, 0, NULL);
	if (pq.resultStatus(result) != PGRES_COMMAND_OK)
		r = lost(compat, &compat->control);
	pq.clear(result);
	text_release(&sql);
	return r;
}

static int connect_all(struct compat *compat)
{
	int r = connect_to(compat, &compat->control, "control connection");

	for (unsigned int i = 0; i < compat->spec->session_count && r == 0; i++) {
		r = connect_to(compat, &compat->sessions[i], compat->spec->sessions[i]->name);
		if (r == 0)
			pq.setNoticeProcessor(
				compat->sessions[i].conn, on_notice, &compat->sessions[i]);
	}
	return r < 0 ? r : prepare_look(compat);
}

/* ---- what is printed ---- */

static void print_error(struct compat *compat, const PGresult *result)
{
	const char *severity = pq.resultErrorField(result, PG_DIAG_SEVERITY);
	const char *message = pq.resultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	if (severity && message)
		fprintf(compat->stream, "%s:  %s\n", severity, message);
	else
		fprintf(compat->stream, "%s\n", pq.resultErrorMessage(result));
}

static void print_result(struct compat *compat, const PGresult *result)
{
	switch (pq.resultStatus(result)) {
	case PGRES_COMMAND_OK:
	case PGRES_EMPTY_QUERY:
		break;
	case PGRES_TUPLES_OK:
		compat_print_table(result, compat->stream);
		break;
	case PGRES_FATAL_ERROR:
		print_error(compat, result);
		break;
	default:
		fprintf(compat->stream, "unexpected result status: %s\n",
			pq.resStatus(pq.resultStatus(result)));
	}
}

static void print_notification(
	struct compat *compat, const struct connection *to, const PGnotify *notify)
{
	char number[32];
	const char *sender = number;

	snprintf(number, sizeof(number), "PID %d", notify->be_pid);
	for (unsigned int i = 0; i < compat->spec->session_count; i++)
		if (pq.backendPID(compat->sessions[i].conn) == notify->be_pid)
			sender = compat->sessions[i].session;
	fprintf(compat->stream, "%s: NOTIFY \"%s\" with payload \"%s\" from %s\n", to->session,
		notify->relname, notify->extra, sender);
}

static void print_notifications(struct compat *compat, struct connection *connection)
{
	PGnotify *notify;

	pq.consumeInput(connection->conn);
	while ((notify = pq.notifies(connection->conn))) {
		print_notification(compat, connection, notify);
		pq.freemem(notify);
		pq.consumeInput(connection->conn);
	}
}

static void print_waiting(struct compat *compat, const struct turn *turn)
{
	fprintf(compat->stream, "step %s: %s <waiting ...>\n", turn->spec->step->name,
		turn->spec->step->sql);
}

/* ---- one step ---- */

static struct connection *connection_of(struct compat *compat, const struct turn *turn)
{
	return &compat->sessions[turn->spec->step->session];
}

static bool has_once(const struct turn *turn)
{
	for (size_t i = 0; i < turn->spec->blocker_count; i++)
		if (turn->spec->blockers[i].kind == BLOCKER_ONCE)
			return true;
	return false;
}

/* Does a marker of the step forbid to report it as completed? */
static bool is_held(struct compat *compat, const struct turn *turn)
{
	for (size_t i = 0; i < turn->spec->blocker_count; i++) {
		const struct spec_blocker *blocker = &turn->spec->blockers[i];
		const struct connection *other =
			blocker->step ? &compat->sessions[blocker->step->session] : NULL;

		if (blocker->kind == BLOCKER_STEP && other->active &&
			other->active->spec->step == blocker->step)
			return true;
		if (blocker->kind == BLOCKER_NOTICES && other->notices < turn->targets[i])
			return true;
	}
	return false;
}

/* 1: it waits for a lock, 0: not, or a negative errno. */
static int waits_for_lock(struct compat *compat, const struct connection *connection)
{
	const char *values[] = { connection->pid };
	PGresult *result =
		pq.execPrepared(compat->control.conn, "weft_waiting", 1, values, NULL, NULL, 0);
	int r;

	if (pq.resultStatus(result) != PGRES_TUPLES_OK || pq.ntuples(result) != 1)
		r = lost(compat, &compat->control);
	else
		r = pq.getvalue(result, 0, 0)[0] == 't';
	pq.clear(result);
	return r;
}

static int check_limit(
	struct compat *compat, const struct turn *turn, uint64_t start_ns, bool *cancelled)
{
	struct connection *connection = connection_of(compat, turn);
	uint64_t elapsed_ns = clock_now_ns() - start_ns;
	char error[256];
	PGcancel *cancel;

	if (interrupt_requested())
		return diag_set(compat->diag, -EINTR, "interrupted");
	if (elapsed_ns > 2 * compat->options->step_limit_ns)
		return diag_set(compat->diag, -ETIMEDOUT, "step %s timed out after %d seconds",
			turn->spec->step->name, (int)(elapsed_ns / NS_PER_S));
	if (elapsed_ns <= compat->options->step_limit_ns || *cancelled)
		return 0;
	cancel = pq.getCancel(connection->conn);
	if (cancel && pq.cancel(cancel, error, sizeof(error))) {
		fprintf(compat->stream, "isolationtester: canceling step %s after %d seconds\n",
			turn->spec->step->name, (int)(elapsed_ns / NS_PER_S));
		*cancelled = true;
	}
	pq.freeCancel(cancel);
	return 0;
}

/* After half a millisecond without news. 1: it waits. */
static int look(struct compat *compat, struct turn *turn, int flags)
{
	struct connection *connection = connection_of(compat, turn);
	int r;

	if (!(flags & MAY_WAIT))
		return 0;
	r = waits_for_lock(compat, connection);
	if (r <= 0)
		return r;
	/* Notices may have come since. */
	if (!pq.consumeInput(connection->conn))
		return lost(compat, connection);
	if (!pq.isBusy(connection->conn))
		return 0;
	if (!(flags & RETRY))
		print_waiting(compat, turn);
	return 1;
}

/* Until the step has come to its end (0) or waits (1). */
static int await(struct compat *compat, struct turn *turn, int flags)
{
	struct connection *connection = connection_of(compat, turn);
	uint64_t start_ns = clock_now_ns();
	bool cancelled = false;

	while (pq.isBusy(connection->conn)) {
		struct pollfd fd = { .fd = pq.socket(connection->conn), .events = POLLIN };
		struct timespec limit = { .tv_nsec = LOOK_NS };
		int ready = ppoll(&fd, 1, &limit, NULL);
		int r = 0;

		if (ready > 0 && !pq.consumeInput(connection->conn))
			return lost(compat, connection);
		if (ready == 0)
			r = look(compat, turn, flags);
		if (r == 0 && ready <= 0)
			r = check_limit(compat, turn, start_ns, &cancelled);
		if (r != 0)
			return r;
	}
	return 0;
}

/* 1: not completed, 0: completed and printed, or a negative errno. */
static int try_complete(struct compat *compat, struct turn *turn, int flags)
{
	struct connection *connection = connection_of(compat, turn);
	PGresult *result;
	int r;

	if (!(flags & RETRY) && has_once(turn)) {
		print_waiting(compat, turn);
		return 1;
	}
	r = await(compat, turn, flags);
	if (r != 0)
		return r;
	if (is_held(compat, turn)) {
		if (!(flags & RETRY))
			print_waiting(compat, turn);
		return 1;
	}
	if (flags & RETRY)
		fprintf(compat->stream, "step %s: <... completed>\n", turn->spec->step->name);
	else
		fprintf(compat->stream, "step %s: %s\n", turn->spec->step->name,
			turn->spec->step->sql);
	while ((result = pq.getResult(connection->conn))) {
		print_result(compat, result);
		pq.clear(result);
	}
	print_notifications(compat, connection);
	connection->active = NULL;
	return 0;
}

static void stop_waiting(struct compat *compat, unsigned int at)
{
	compat->waiting_count--;
	memmove(&compat->waiting[at], &compat->waiting[at + 1],
		(compat->waiting_count - at) * sizeof(compat->waiting[0]));
}

/* All that wait, again while markers of theirs may have been met. */
static int try_complete_all(struct compat *compat, int flags)
{
	bool has_markers;
	unsigned int before;

	do {
		unsigned int i = 0;

		compat->new_notice = false;
		before = compat->waiting_count;
		has_markers = false;
		while (i < compat->waiting_count) {
			int r = try_complete(compat, compat->waiting[i], flags);

			if (r < 0)
				return r;
			if (r == 0) {
				stop_waiting(compat, i);
				continue;
			}
			has_markers |= compat->waiting[i]->spec->blocker_count > 0;
			i++;
		}
	} while (has_markers && (compat->waiting_count < before || compat->new_notice));
	return 0;
}

/* ---- one permutation ---- */

/* The session's last step has to be done before it gets another one. */
static int free_session(struct compat *compat, struct connection *connection)
{
	uint64_t start_ns = clock_now_ns();

	while (connection->active) {
		struct turn *old = connection->active;
		int r = try_complete(compat, old, RETRY);

		if (r < 0)
			return r;
		for (unsigned int i = 0; r == 0 && i < compat->waiting_count; i++)
			if (compat->waiting[i] == old) {
				stop_waiting(compat, i);
				break;
			}
		r = try_complete_all(compat, MAY_WAIT | RETRY);
		if (r < 0)
			return r;
		if (connection->active &&
			clock_now_ns() - start_ns > 2 * compat->options->step_limit_ns)
			return diag_set(compat->diag, -ETIMEDOUT, "step %s timed out",
				connection->active->spec->step->name);
	}
	return 0;
}

static int launch(struct compat *compat, struct turn *turn)
{
	struct connection *connection = connection_of(compat, turn);
	int waits;
	int r = free_session(compat, connection);

	if (r < 0)
		return r;
	if (!pq.sendQuery(connection->conn, turn->spec->step->sql))
		return lost(compat, connection);
	connection->active = turn;
	for (size_t i = 0; i < turn->spec->blocker_count; i++) {
		const struct spec_blocker *blocker = &turn->spec->blockers[i];

		if (blocker->kind == BLOCKER_NOTICES)
			turn->targets[i] = (int)blocker->notices +
					   compat->sessions[blocker->step->session].notices;
	}
	waits = try_complete(compat, turn, MAY_WAIT);
	if (waits < 0)
		return waits;
	r = try_complete_all(compat, MAY_WAIT | RETRY);
	if (r == 0 && waits)
		compat->waiting[compat->waiting_count++] = turn;
	return r;
}

/* A setup or teardown, whose rows are shown. Failing is fatal for a setup only. */
static int run_block(
	struct compat *compat, struct connection *connection, const char *sql, const char *what)
{
	PGresult *result;
	int r = 0;

	if (!sql)
		return 0;
	result = pq.exec(connection->conn, sql);
	if (pq.resultStatus(result) == PGRES_TUPLES_OK)
		compat_print_table(result, compat->stream);
	else if (pq.resultStatus(result) != PGRES_COMMAND_OK)
		r = diag_set(compat->diag, -EINVAL, "%s failed: %s", what,
			libpq_error(connection->conn));
	pq.clear(result);
	return r;
}

static void complain(struct compat *compat, int r)
{
	fflush(compat->stream);
	if (r < 0)
		fprintf(stderr, "%s\n", compat->diag->text);
}

static int run_setups(struct compat *compat)
{
	const struct spec *spec = compat->spec;
	int r = 0;

	for (size_t i = 0; i < spec->setup_count && r == 0; i++)
		r = run_block(compat, &compat->control, spec->setups[i], "setup");
	for (unsigned int i = 0; i < spec->session_count && r == 0; i++)
		r = run_block(compat, &compat->sessions[i], spec->sessions[i]->setup,
			"setup of a session");
	return r;
}

static void run_teardowns(struct compat *compat)
{
	const struct spec *spec = compat->spec;

	for (unsigned int i = 0; i < spec->session_count; i++)
		complain(compat, run_block(compat, &compat->sessions[i],
					 spec->sessions[i]->teardown, "teardown of a session"));
	complain(compat, run_block(compat, &compat->control, spec->teardown, "teardown"));
}

static int run_permutation(struct compat *compat, const struct spec_permutation *permutation)
{
	struct turn *turns;
	int r;

	pool_reset(&compat->pool);
	turns = pool_alloc(&compat->pool, permutation->turn_count * sizeof(*turns));
	compat->waiting_count = 0;
	fprintf(compat->stream, "\nstarting permutation:");
	for (size_t i = 0; i < permutation->turn_count; i++) {
		turns[i].spec = &permutation->turns[i];
		fprintf(compat->stream, " %s", permutation->turns[i].step->name);
	}
	fprintf(compat->stream, "\n");
	r = run_setups(compat);
	for (size_t i = 0; i < permutation->turn_count && r == 0; i++)
		r = launch(compat, &turns[i]);
	if (r == 0)
		r = try_complete_all(compat, RETRY);
	if (r == 0 && compat->waiting_count)
		r = diag_set(compat->diag, -EDEADLK,
			"failed to complete permutation due to mutually-blocking steps");
	if (r == 0)
		run_teardowns(compat);
	return r;
}

/* ---- all permutations ---- */

/* The orders of all steps that keep each session's own, in isolationtester's order. */
static int run_all(struct compat *compat, unsigned int taken[SPEC_SESSIONS_MAX],
	struct spec_permutation *permutation)
{
	const struct spec *spec = compat->spec;
	bool found = false;
	int r = 0;

	for (unsigned int i = 0; i < spec->session_count && r == 0; i++) {
		struct spec_turn *turn = &permutation->turns[permutation->turn_count];

		if (taken[i] == spec->sessions[i]->step_count)
			continue;
		found = true;
		turn->step = spec->sessions[i]->steps[taken[i]++];
		permutation->turn_count++;
		r = run_all(compat, taken, permutation);
		permutation->turn_count--;
		taken[i]--;
	}
	return found ? r : run_permutation(compat, permutation);
}

static int run_permutations(struct compat *compat)
{
	const struct spec *spec = compat->spec;
	struct spec_turn turns[SPEC_STEPS_MAX] = { 0 };
	struct spec_permutation generated = { .turns = turns };
	unsigned int taken[SPEC_SESSIONS_MAX] = { 0 };
	int r = 0;

	if (!spec->permutation_count)
		return run_all(compat, taken, &generated);
	for (size_t i = 0; i < spec->permutation_count && r == 0; i++)
		r = run_permutation(compat, &spec->permutations[i]);
	return r;
}

static bool is_used(const struct spec *spec, const struct spec_step *step)
{
	for (size_t i = 0; i < spec->permutation_count; i++)
		for (size_t t = 0; t < spec->permutations[i].turn_count; t++)
			if (spec->permutations[i].turns[t].step == step)
				return true;
	return false;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Steps that no permutation names, in the order of the alphabet. */
static void warn_unused(const struct spec *spec)
{
	const char *names[SPEC_STEPS_MAX];
	size_t count = 0;

	for (unsigned int s = 0; s < spec->step_count && spec->permutation_count; s++)
		if (!is_used(spec, spec->steps[s]))
			names[count++] = spec->steps[s]->name;
	qsort(names, count, sizeof(*names), compare_names);
	for (size_t i = 0; i < count; i++)
		fprintf(stderr, "unused step name: %s\n", names[i]);
}

int compat_run(const struct spec *spec, const struct compat_options *options, FILE *stream,
	struct diag *diag)
{
	struct compat *compat = calloc(1, sizeof(*compat));
	int r = compat ? libpq_load(diag) : diag_set(diag, -ENOMEM, "no memory");

	if (r < 0) {
		free(compat);
		return r;
	}
	compat->spec = spec;
	compat->options = options;
	compat->stream = stream;
	compat->diag = diag;
	warn_unused(spec);
	fprintf(stream, "Parsed test spec with %u sessions\n", spec->session_count);
	r = connect_all(compat);
	if (r == 0)
		r = run_permutations(compat);
	for (unsigned int i = 0; i < spec->session_count; i++)
		pq.finish(compat->sessions[i].conn);
	pq.finish(compat->control.conn);
	pool_release(&compat->pool);
	free(compat);
	return r;
}
