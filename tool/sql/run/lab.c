/* SPDX-License-Identifier: Apache-2.0 */
/* Judging executions; see lab.h. */
#include "tool/sql/run/lab.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tool/sql/run/naming.h"

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

static bool is_key(const void *context, int table, const char *column, size_t size)
{
	const struct engine_schema *schema = context;
	const char *key = schema->tables[table].key;

	return key && strlen(key) == size && strncasecmp(key, column, size) == 0;
}

void lab_describe(const struct spec *spec, const struct statement_tables *tables,
	struct statement statements[SPEC_STEPS_MAX], bool *ret_rebuild, bool *ret_discard)
{
	*ret_rebuild = *ret_discard = false;
	for (unsigned int i = 0; i < spec->step_count; i++) {
		statement_read(spec->steps[i]->sql, tables, &statements[i]);
		*ret_rebuild |= statements[i].changes_schema;
		*ret_discard |= statements[i].changes_session;
	}
	for (unsigned int i = 0; i < spec->session_count; i++) {
		const char *parts[] = { spec->sessions[i]->setup, spec->sessions[i]->teardown };
		struct statement statement;

		for (int p = 0; p < 2; p++) {
			if (!parts[p])
				continue;
			statement_read(parts[p], tables, &statement);
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
bool lab_ignores(const char *column, const char *value, const void *context)
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
	execution->ignored = lab_ignores;
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
	if (spec->overlaps && !engine->ops->gate)
		return diag_set(diag, -ENOTSUP,
			"%s: 'overlap' is for PostgreSQL and MariaDB; on %s no statement runs "
			"while another one writes",
			spec->name, spec_engine_name(engine->ops->id));
	lab->tables = (struct statement_tables){
		.context = &engine->schema, .find = table_number, .is_key = is_key
	};
	lab_describe(spec, &lab->tables, lab->statements, &engine->rebuild, &engine->discard);
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

/* PostgreSQL's serializable looks at pages and whole tables, and so does MariaDB's in part. */
static bool is_serializable(const struct lab *lab)
{
	const struct spec *spec = lab->spec;

	for (unsigned int i = 0; i < spec->step_count; i++)
		if (sql_has_word(spec->steps[i]->sql, "serializable"))
			return true;
	for (unsigned int i = 0; i < spec->session_count; i++)
		if (sql_has_word(spec->sessions[i]->setup, "serializable"))
			return true;
	return lab->level == LEVEL_SERIALIZABLE ||
	       (lab->level == LEVEL_DEFAULT && lab->engine->schema.serializable);
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
	lab->execution.locks_rows = !is_serializable(lab);
	lab_describe(lab->spec, &lab->tables, lab->statements, &rebuild, &discard);
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

const struct serial_run *lab_serial(struct lab *lab, const struct serial_order *order)
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
	const struct serial_run *run = lab_serial(context, order);

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
			verdict->anomaly = naming_of(lab, any.accepted);
	}
	return r;
}

/* ---- schedules ---- */

/* Whether a turn begins a step or goes on with one that is held, is for the session to say. */
static bool is_possible(const struct action *actions, int count, struct action *action)
{
	for (int i = 0; i < count; i++) {
		bool is_turn =
			actions[i].kind != ACTION_VICTIM && action->kind != ACTION_VICTIM;

		if (actions[i].session != action->session ||
			(actions[i].kind != action->kind && !is_turn))
			continue;
		*action = actions[i];
		return true;
	}
	return false;
}

int lab_replay(struct lab *lab, const struct action *actions, size_t count)
{
	struct action possible[SEARCH_ACTIONS_MAX];
	session_set all = (UINT32_C(1) << lab->spec->session_count) - 1;
	int r = execution_begin(&lab->execution, all);

	for (size_t i = 0; i < count && r == 0; i++) {
		int n = execution_actions(&lab->execution, possible);
		struct action action = actions[i];

		if (!is_possible(possible, n, &action))
			return diag_set(lab->diag, -ESTALE,
				"action %zu of the schedule, of session '%s', is not possible",
				i + 1, lab->spec->sessions[actions[i].session]->name);
		r = execution_perform(&lab->execution, action);
	}
	if (r == 0 && execution_actions(&lab->execution, possible) > 0)
		return diag_set(
			lab->diag, -ESTALE, "the schedule ends before all sessions are over");
	return r;
}
