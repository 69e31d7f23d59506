/* SPDX-License-Identifier: Apache-2.0 */
/* Judging executions; see lab.h. */
#include "tool/sql/run/lab.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* One serial execution, kept. */
struct serial_run {
	struct serial_run *next;
	struct serial_order order;
	struct outcome outcome;
	struct sql_trace trace;
};

struct cell {
	struct cell *next;
	const char *column;
	const char *value;
};

/* ---- what the steps are ---- */

static int table_number(const void *context, const char *name, size_t size)
{
	const struct engine_schema *schema = context;
	const struct engine_table *table = engine_find_table(schema, name, size);

	return table ? (int)(table - schema->tables) : -1;
}

void lab_describe(const struct spec *spec, const struct engine_schema *schema,
	struct statement statements[SPEC_STEPS_MAX], bool *ret_rebuild, bool *ret_discard)
{
	*ret_rebuild = *ret_discard = false;
	for (unsigned int i = 0; i < spec->step_count; i++) {
		statement_read(spec->steps[i]->sql, table_number, schema, &statements[i]);
		*ret_rebuild |= statements[i].changes_schema;
		*ret_discard |= statements[i].changes_session;
	}
	for (unsigned int i = 0; i < spec->session_count; i++) {
		const char *parts[] = { spec->sessions[i]->setup, spec->sessions[i]->teardown };
		struct statement statement;

		for (int p = 0; p < 2; p++) {
			if (!parts[p])
				continue;
			statement_read(parts[p], table_number, schema, &statement);
			*ret_rebuild |= statement.changes_schema;
			*ret_discard |= statement.changes_session;
		}
	}
}

/* ---- what does not count ---- */

static bool is_ignored_name(const struct spec *spec, const char *column)
{
	for (size_t i = 0; i < spec->ignored_count; i++) {
		const char *name = spec->ignored[i];
		const char *dot = strchr(name, '.');

		if (strcasecmp(dot ? dot + 1 : name, column) == 0)
			return true;
	}
	return false;
}

static bool is_generated(const struct engine_schema *schema, const char *column)
{
	for (size_t t = 0; t < schema->table_count; t++)
		for (size_t c = 0; c < schema->tables[t].column_count; c++)
			if (schema->tables[t].columns[c].generated &&
				strcasecmp(schema->tables[t].columns[c].name, column) == 0)
				return true;
	return false;
}

/* A number that the database made up in this execution: which one depends on who came first. */
static bool ignores(const char *column, const char *value, const void *context)
{
	const struct lab *lab = context;

	if (is_ignored_name(lab->spec, column))
		return true;
	if (!is_generated(&lab->engine->schema, column))
		return false;
	for (const struct cell *c = lab->known; c; c = c->next)
		if (strcasecmp(c->column, column) == 0 && strcmp(c->value, value) == 0)
			return false;
	return true;
}

static void know_cells(struct lab *lab, const struct rows *rows)
{
	for (size_t i = 0; i < rows->count * rows->column_count; i++) {
		const char *column = rows->columns[i % rows->column_count];
		struct cell *cell;

		if (!rows->cells[i] || !is_generated(&lab->engine->schema, column))
			continue;
		cell = pool_alloc(&lab->kept, sizeof(*cell));
		cell->column = pool_string(&lab->kept, column);
		cell->value = pool_string(&lab->kept, rows->cells[i]);
		cell->next = lab->known;
		lab->known = cell;
	}
}

static const char *final_sql(struct lab *lab)
{
	struct text sql = { 0 };
	const char *copy;

	if (!lab->spec->final_count)
		return engine_read_all(&lab->engine->schema, &lab->kept);
	for (size_t i = 0; i < lab->spec->final_count; i++)
		text_addf(&sql, "%s\n;", lab->spec->finals[i].sql);
	copy = pool_copy(&lab->kept, sql.text, sql.size);
	text_release(&sql);
	return copy;
}

/* ---- levels and faults ---- */

static void init_execution(struct lab *lab, struct execution *execution)
{
	execution->spec = lab->spec;
	execution->engine = lab->engine;
	execution->statements = lab->statements;
	execution->one_lock = lab->engine->ops->id == SPEC_SQLITE;
	execution->ignored = ignores;
	execution->ignored_context = lab;
	execution->diag = lab->diag;
}

int lab_open(struct lab *lab, const struct spec *spec, struct engine *engine,
	const struct sql_options *options, struct diag *diag)
{
	memset(lab, 0, sizeof(*lab));
	lab->spec = spec;
	lab->engine = engine;
	lab->options = options;
	lab->diag = diag;
	init_execution(lab, &lab->execution);
	init_execution(lab, &lab->alone);
	lab->execution.use_retries = true;
	lab_describe(spec, &(struct engine_schema){ 0 }, lab->statements, &engine->rebuild,
		&engine->discard);
	return 0;
}

void lab_release(struct lab *lab)
{
	execution_release(&lab->execution);
	execution_release(&lab->alone);
	pool_release(&lab->kept);
}

void lab_fault(struct lab *lab, const struct spec_fault *fault)
{
	static const struct spec_fault none = { .kind = FAULT_NONE };

	lab->execution.fault = fault ? fault : &none;
	lab->alone.fault = &none;
	execution_prepare(&lab->execution);
	execution_prepare(&lab->alone);
}

int lab_level(struct lab *lab, enum spec_level level)
{
	struct result *result;
	bool rebuild, discard;
	int r;

	pool_reset(&lab->kept);
	lab->serials = NULL;
	lab->known = NULL;
	lab->level = level;
	lab->execution.exact = lab->alone.exact = level == LEVEL_SERIALIZABLE;
	lab->engine->results = &lab->kept;
	r = lab->engine->ops->setup(lab->engine, lab->spec, level, lab->diag);
	if (r < 0)
		return r;
	lab_describe(lab->spec, &lab->engine->schema, lab->statements, &rebuild, &discard);
	lab_fault(lab, NULL);
	lab->final_sql = final_sql(lab);
	r = lab->engine->ops->query(lab->engine,
		engine_read_all(&lab->engine->schema, &lab->kept), &result, lab->diag);
	for (size_t i = 0; r == 0 && i < result->set_count; i++)
		know_cells(lab, result->sets[i]);
	return r;
}

/* ---- traces ---- */

unsigned int trace_switches(const struct event *events, size_t count)
{
	unsigned int switches = 0;

	for (size_t i = 1; i < count; i++)
		switches += events[i].session != events[i - 1].session;
	return switches;
}

static void copy_trace(const struct execution *execution, const struct result *final,
	struct pool *pool, struct sql_trace *trace)
{
	memset(trace, 0, sizeof(*trace));
	trace->event_count = execution->event_count;
	trace->events = pool_alloc(pool, trace->event_count * sizeof(*trace->events));
	for (size_t i = 0; i < trace->event_count; i++) {
		const struct event *event = &execution->events[i];

		trace->events[i] = *event;
		trace->events[i].sql = event->sql ? pool_string(pool, event->sql) : NULL;
		trace->events[i].result =
			event->result ? result_copy(pool, event->result) : NULL;
	}
	trace->action_count = execution->action_count;
	trace->actions = pool_alloc(pool, trace->action_count * sizeof(*trace->actions));
	if (trace->action_count)
		memcpy(trace->actions, execution->actions,
			trace->action_count * sizeof(*trace->actions));
	trace->switches = trace_switches(trace->events, trace->event_count);
	trace->final = result_copy(pool, final);
	for (unsigned int i = 0; i < execution->spec->session_count; i++)
		trace->ends[i] = execution->actors[i].outcome.end;
}

void lab_trace(struct lab *lab, struct pool *pool, struct sql_trace *trace)
{
	copy_trace(&lab->execution, lab->final, pool, trace);
}

/* ---- serial outcomes ---- */

static struct serial_run *find_serial(const struct lab *lab, const struct serial_order *order)
{
	for (struct serial_run *run = lab->serials; run; run = run->next)
		if (run->order.count == order->count &&
			memcmp(run->order.sessions, order->sessions, order->count) == 0)
			return run;
	return NULL;
}

static void keep_outcome(struct lab *lab, const struct outcome *outcome, struct outcome *kept)
{
	*kept = *outcome;
	kept->state = pool_string(&lab->kept, outcome->state);
	for (unsigned int i = 0; i < outcome->session_count; i++) {
		const struct session_outcome *session = &outcome->sessions[i];

		kept->sessions[i].results = pool_string(&lab->kept, session->results);
		kept->sessions[i].code =
			session->code ? pool_string(&lab->kept, session->code) : NULL;
	}
}

static struct serial_run *run_serial(struct lab *lab, const struct serial_order *order)
{
	struct serial_run *run = find_serial(lab, order);
	struct outcome outcome;
	struct result *final;
	session_set sessions = 0;
	int r;

	if (run)
		return run;
	for (unsigned int i = 0; i < order->count; i++)
		sessions |= UINT32_C(1) << order->sessions[i];
	r = execution_begin(&lab->alone, sessions);
	for (unsigned int i = 0; i < order->count && r == 0; i++)
		r = execution_finish_session(&lab->alone, order->sessions[i]);
	if (r == 0)
		r = execution_outcome(&lab->alone, lab->final_sql, &outcome, &final);
	if (r < 0)
		return NULL;
	run = pool_alloc(&lab->kept, sizeof(*run));
	run->order = *order;
	keep_outcome(lab, &outcome, &run->outcome);
	copy_trace(&lab->alone, final, &lab->kept, &run->trace);
	run->next = lab->serials;
	lab->serials = run;
	return run;
}

static const struct outcome *serial_outcome(void *context, const struct serial_order *order)
{
	struct serial_run *run = run_serial(context, order);

	return run ? &run->outcome : NULL;
}

bool lab_serial_trace(struct lab *lab, const struct serial_order *order, struct pool *pool,
	struct sql_trace *trace)
{
	const struct serial_run *run = find_serial(lab, order);

	if (!run)
		return false;
	*trace = run->trace;
	trace->events = pool_alloc(pool, trace->event_count * sizeof(*trace->events));
	for (size_t i = 0; i < trace->event_count; i++) {
		trace->events[i] = run->trace.events[i];
		if (trace->events[i].sql)
			trace->events[i].sql = pool_string(pool, trace->events[i].sql);
		if (trace->events[i].result)
			trace->events[i].result = result_copy(pool, trace->events[i].result);
	}
	trace->actions = NULL;
	trace->action_count = 0;
	trace->final = result_copy(pool, run->trace.final);
	return true;
}

/* ---- naming ---- */

/* The result of that step when its session runs alone; NULL: it doesn't come to it. */
static const struct result *result_alone(struct lab *lab, const struct event *event)
{
	struct serial_order order = { .sessions = { (uint8_t)event->session }, .count = 1 };
	const struct serial_run *run = run_serial(lab, &order);

	for (size_t i = 0; run && i < run->trace.event_count; i++)
		if (run->trace.events[i].step == event->step && run->trace.events[i].result)
			return run->trace.events[i].result;
	return NULL;
}

static bool differs_from_alone(struct lab *lab, const struct event *event)
{
	const struct result *alone = result_alone(lab, event);
	struct text seen = { 0 }, usual = { 0 };
	bool differs;

	if (!alone)
		return true;
	result_canonical(event->result, ignores, lab, &seen);
	result_canonical(alone, ignores, lab, &usual);
	differs = strcmp(seen.text ? seen.text : "", usual.text ? usual.text : "") != 0;
	text_release(&seen);
	text_release(&usual);
	return differs;
}

static bool has_word(const char *sql, const char *a, const char *b)
{
	struct sql_word word;

	while (sql_next_word(&sql, &word))
		if (sql_word_is(&word, a) || sql_word_is(&word, b))
			return true;
	return false;
}

static void fill_access(
	struct lab *lab, const struct event *event, size_t time, struct access *access)
{
	const struct statement *statement = &lab->statements[event->step->id];

	*access = (struct access){ .session = event->session,
		.tables = statement->tables,
		.time = (uint32_t)time,
		.writes = statement->writes && !has_word(event->sql, "for", "for"),
		.adds_rows = has_word(event->sql, "insert", "delete"),
		.saw_others = differs_from_alone(lab, event),
		.committed = UINT32_MAX };
	access->reads = !access->writes || !has_word(event->sql, "insert", "insert") ||
			has_word(event->sql, "select", "select");
}

/* Where the transaction of an access ended, and how. */
static void find_end(const struct sql_trace *trace, struct access *access)
{
	for (size_t i = access->time; i < trace->event_count; i++) {
		const struct event *event = &trace->events[i];
		struct statement statement;

		if (event->session != access->session)
			continue;
		if (event->kind == EVENT_ROLLBACK || event->kind == EVENT_RETRY ||
			event->kind == EVENT_CRASH) {
			access->undone = true;
			access->committed = (uint32_t)i;
			return;
		}
		if (!event->step || !event->result)
			continue;
		statement_read(event->step->sql, table_number,
			&(struct engine_schema){ .table_count = 0 }, &statement);
		if (!statement.ends)
			continue;
		access->committed = (uint32_t)i;
		access->undone =
			has_word(event->sql, "rollback", "abort") || event->result->failure;
		return;
	}
}

static bool in_autocommit(const struct sql_trace *trace, const struct access *access)
{
	bool open = false;

	for (size_t i = 0; i < access->time; i++) {
		const struct event *event = &trace->events[i];

		if (event->session != access->session || !event->sql)
			continue;
		open |= has_word(event->sql, "begin", "start");
		open &= !has_word(event->sql, "commit", "rollback");
	}
	return !open;
}

/* Are the data as if some session that committed had not run? */
static bool is_state_of_fewer(struct lab *lab)
{
	const struct outcome *seen = &lab->outcome;

	for (unsigned int left_out = 0; left_out < seen->session_count; left_out++) {
		struct serial_order order = { .count = 0 };
		const struct serial_run *run;

		if (seen->sessions[left_out].end != SESSION_DONE)
			continue;
		for (unsigned int i = 0; i < seen->session_count; i++)
			if (i != left_out && seen->sessions[i].end == SESSION_DONE)
				order.sessions[order.count++] = (uint8_t)i;
		run = run_serial(lab, &order);
		if (run && strcmp(run->outcome.state, seen->state) == 0)
			return true;
	}
	return false;
}

static enum anomaly name_of(struct lab *lab, bool serializable)
{
	struct pool pool = { 0 };
	struct anomaly_facts facts = { .session_count = lab->spec->session_count,
		.serializable = serializable };
	struct sql_trace trace;
	struct access *accesses;
	enum anomaly anomaly;

	lab_trace(lab, &pool, &trace);
	accesses = pool_alloc(&pool, trace.event_count * sizeof(*accesses));
	for (size_t i = 0; i < trace.event_count; i++) {
		const struct event *event = &trace.events[i];
		struct access *access = &accesses[facts.access_count];

		if (!event->step || !event->result || event->result->failure ||
			lab->statements[event->step->id].begins ||
			lab->statements[event->step->id].ends)
			continue;
		fill_access(lab, event, i, access);
		if (in_autocommit(&trace, access))
			access->committed = (uint32_t)i;
		else
			find_end(&trace, access);
		facts.access_count++;
	}
	facts.accesses = accesses;
	facts.state_of_fewer = is_state_of_fewer(lab);
	anomaly = anomaly_name(&facts);
	pool_release(&pool);
	return anomaly;
}

/* ---- judging ---- */

static bool is_true(const char *cell)
{
	return cell && (strcmp(cell, "1") == 0 || strcasecmp(cell, "t") == 0 ||
			       strcasecmp(cell, "true") == 0);
}

/* The one value of a query: 1 true, 0 not, -1: it has not just one. */
static int truth_of(const struct result *result)
{
	const struct rows *rows;

	if (!result->set_count)
		return -1;
	rows = result->sets[result->set_count - 1];
	if (rows->count != 1 || rows->column_count != 1)
		return -1;
	return is_true(rows->cells[0]);
}

static int check_invariants(struct lab *lab, const struct spec_query **ret_broken)
{
	*ret_broken = NULL;
	for (size_t i = 0; i < lab->spec->invariant_count; i++) {
		const struct spec_query *query = &lab->spec->invariants[i];
		struct result *result;
		int r = lab->engine->ops->query(lab->engine, query->sql, &result, lab->diag);

		if (r < 0)
			return r;
		if (result->failure)
			return diag_set(lab->diag, -EINVAL, "the invariant '%s' fails: %s",
				query->name ? query->name : query->sql, result->message);
		r = truth_of(result);
		if (r < 0)
			return diag_set(lab->diag, -EINVAL,
				"the invariant '%s' has to give one row of one value, true or "
				"false",
				query->name ? query->name : query->sql);
		if (r == 0) {
			*ret_broken = query;
			return 0;
		}
	}
	return 0;
}

static void count_failures(const struct lab *lab, struct lab_verdict *verdict)
{
	for (unsigned int i = 0; i < lab->spec->session_count; i++) {
		const struct actor *actor = &lab->execution.actors[i];

		if (actor->outcome.end != SESSION_FAILED)
			continue;
		verdict->aborted++;
		verdict->deadlock |= actor->failure == FAILURE_DEADLOCK;
		verdict->serialization |= actor->failure == FAILURE_SERIALIZATION;
		verdict->timeout |= actor->failure == FAILURE_TIMEOUT ||
				    actor->failure == FAILURE_LOCK_TIMEOUT;
	}
}

int lab_judge(struct lab *lab, struct lab_verdict *verdict)
{
	struct oracle oracle = {
		.mode = lab->options->oracle, .context = lab, .serial = serial_outcome
	};
	int r;

	memset(verdict, 0, sizeof(*verdict));
	r = execution_outcome(&lab->execution, lab->final_sql, &lab->outcome, &lab->final);
	if (r == 0 && lab->final->failure)
		r = diag_set(
			lab->diag, -EINVAL, "the final query fails: %s", lab->final->message);
	if (r == 0 && lab->options->oracle != ORACLE_NONE)
		r = check_invariants(lab, &verdict->broken);
	if (r == 0)
		r = oracle_judge(&oracle, &lab->outcome, &verdict->oracle);
	if (r < 0)
		return r;
	count_failures(lab, verdict);
	if (!verdict->oracle.accepted) {
		struct oracle_verdict any;

		oracle.mode = ORACLE_SERIAL;
		r = oracle_judge(&oracle, &lab->outcome, &any);
		if (r == 0)
			verdict->anomaly = name_of(lab, any.accepted);
	}
	return r;
}

/* ---- schedules ---- */

static bool is_possible(const struct action *actions, int count, struct action action)
{
	for (int i = 0; i < count; i++)
		if (actions[i].kind == action.kind && actions[i].session == action.session)
			return true;
	return false;
}

int lab_replay(struct lab *lab, const struct action *actions, size_t count)
{
	struct action possible[SEARCH_ACTIONS_MAX];
	session_set all = (UINT32_C(1) << lab->spec->session_count) - 1;
	int r = execution_begin(&lab->execution, all);

	for (size_t i = 0; i < count && r == 0; i++) {
		int n = execution_actions(&lab->execution, possible);

		if (!is_possible(possible, n, actions[i]))
			return diag_set(lab->diag, -ESTALE,
				"action %zu of the schedule, of session '%s', is not possible",
				i + 1, lab->spec->sessions[actions[i].session]->name);
		r = execution_perform(&lab->execution, actions[i]);
	}
	if (r == 0 && execution_actions(&lab->execution, possible) > 0)
		return diag_set(
			lab->diag, -ESTALE, "the schedule ends before all sessions are over");
	return r;
}
