/* SPDX-License-Identifier: Apache-2.0 */
/* The state machine of the sessions; see execution.h. */
#include "tool/sql/run/execution.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/bug.h"

#define WHOLE_DATABASE (UINT64_C(1) << 63)

/* ---- the record ---- */

static struct event *record(
	struct execution *execution, enum event_kind kind, unsigned int session)
{
	struct event *event;

	execution->events = pool_grow(&execution->pool, execution->events,
		execution->event_count, sizeof(*execution->events));
	event = &execution->events[execution->event_count++];
	*event = (struct event){ .kind = kind, .session = session };
	return event;
}

/* ---- captured values ---- */

static const char *value_of(const struct actor *actor, const char *name, size_t size)
{
	for (unsigned int i = actor->variable_count; i-- > 0;)
		if (strlen(actor->variables[i].name) == size &&
			strncmp(actor->variables[i].name, name, size) == 0)
			return actor->variables[i].value;
	return NULL;
}

static void capture(struct actor *actor, const char *name, const char *value)
{
	unsigned int at = 0;

	while (at < actor->variable_count && strcmp(actor->variables[at].name, name) != 0)
		at++;
	BUG_ON(at == SPEC_STEPS_MAX);
	actor->variables[at] = (struct variable){ .name = name, .value = value };
	if (at == actor->variable_count)
		actor->variable_count++;
}

/* As a number is written; 007 and 1e5 may be somebody's names. */
static bool is_number(const char *text)
{
	size_t sign = *text == '-';
	size_t whole = strspn(text + sign, "0123456789");
	size_t size = sign + whole;

	if (!whole || (text[sign] == '0' && whole > 1))
		return false;
	if (text[size] == '.')
		size += 1 + strspn(text + size + 1, "0123456789");
	return text[size] == '\0' && text[size - 1] != '.';
}

/* Numbers as they are, all else as SQL's text. */
static void add_value(struct text *sql, const char *value)
{
	if (!value)
		text_add_string(sql, "NULL");
	else if (is_number(value))
		text_add_string(sql, value);
	else {
		text_add_string(sql, "'");
		for (; *value; value++)
			text_addf(sql, *value == '\'' ? "''" : "%c", *value);
		text_add_string(sql, "'");
	}
}

static bool is_name_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '$' || (c & 0x80);
}

/* The SQL with {name} replaced. */
static const char *substitute(
	struct execution *execution, const struct actor *actor, const char *sql)
{
	struct text text = { 0 };
	const char *copy;

	if (!strchr(sql, '{'))
		return sql;
	while (*sql) {
		size_t size = 1;

		while (*sql == '{' && is_name_character(sql[size]))
			size++;
		if (*sql == '{' && size > 1 && sql[size] == '}') {
			add_value(&text, value_of(actor, sql + 1, size - 1));
			sql += size + 1;
		} else {
			text_add(&text, sql++, 1);
		}
	}
	copy = pool_copy(&execution->pool, text.text ? text.text : "", text.size);
	text_release(&text);
	return copy;
}

static bool condition_holds(const struct actor *actor, const struct entry *entry)
{
	const struct spec_condition *when = entry->step ? &entry->step->when : NULL;

	if (!when || !when->variable)
		return true;
	return spec_condition_holds(
		when, value_of(actor, when->variable, strlen(when->variable)));
}

/* ---- what an actor does next ---- */

static const struct entry *entry_of(const struct actor *actor)
{
	return &actor->program.entries[actor->at];
}

static void send_later(struct actor *actor, enum actor_command command)
{
	actor->state = ACTOR_PENDING;
	actor->command = command;
}

static void actor_ends(struct execution *execution, unsigned int session)
{
	struct actor *actor = &execution->actors[session];
	const struct spec_session *of = execution->spec->sessions[session];

	if (actor->command < COMMAND_TEARDOWN && of->teardown)
		send_later(actor, COMMAND_TEARDOWN);
	else if (actor->command < COMMAND_CLOSE &&
		 execution->engine->ops->in_transaction(execution->engine, session))
		send_later(actor, COMMAND_CLOSE);
	else
		actor->state = ACTOR_OVER;
}

/* Past steps whose condition doesn't hold; then to wait for a turn, or to the end. */
static void settle_next(struct execution *execution, unsigned int session, bool at_once)
{
	struct actor *actor = &execution->actors[session];

	while (actor->at < actor->program.count && !condition_holds(actor, entry_of(actor))) {
		record(execution, EVENT_SKIPPED, session)->step = entry_of(actor)->step;
		actor->at++;
	}
	if (actor->at == actor->program.count) {
		actor->outcome.ended = ++execution->clock;
		actor_ends(execution, session);
	} else if (at_once) {
		send_later(actor, COMMAND_ENTRY);
	} else {
		actor->command = COMMAND_ENTRY;
		actor->state = ACTOR_READY;
	}
}

static bool asks_for_retry(enum failure failure)
{
	return failure == FAILURE_SERIALIZATION || failure == FAILURE_DEADLOCK ||
	       failure == FAILURE_LOCK_TIMEOUT;
}

/* The transaction is rolled back. */
static void after_failure(struct execution *execution, unsigned int session)
{
	struct actor *actor = &execution->actors[session];
	const struct spec_session *of = execution->spec->sessions[session];

	if (execution->use_retries && asks_for_retry(actor->failure) &&
		actor->retries < of->retries) {
		actor->retries++;
		actor->at = 0;
		actor->variable_count = 0;
		text_clear(&actor->results);
		record(execution, EVENT_RETRY, session);
		settle_next(execution, session, false);
		actor->backs_off = true;
		return;
	}
	actor->outcome.end = actor->failure == FAILURE_INJECTED ? SESSION_CUT : SESSION_FAILED;
	actor->outcome.code = actor->failed->code;
	actor->outcome.ended = ++execution->clock;
	actor_ends(execution, session);
}

static const char *step_name(const struct actor *actor)
{
	bool is_step = actor->command == COMMAND_ENTRY && entry_of(actor)->step;

	return is_step ? entry_of(actor)->step->name : "setup";
}

static int on_failure(struct execution *execution, unsigned int session, struct result *result)
{
	struct actor *actor = &execution->actors[session];

	if (result->failure == FAILURE_LOST)
		return diag_set(execution->diag, -ECONNRESET,
			"session '%s' lost its connection: %s",
			execution->spec->sessions[session]->name, result->message);
	if (result->failure == FAILURE_ENVIRONMENT)
		return diag_set(execution->diag, -EIO,
			"the database can't go on, in step '%s': %s", step_name(actor),
			result->message);
	actor->failure = result->failure;
	actor->failed = result;
	execution->timeouts += result->failure == FAILURE_TIMEOUT;
	execution->failures += result->failure == FAILURE_SERIALIZATION;
	/* A deadlock that the engine ended itself; others are counted when a victim is chosen.
	 */
	execution->deadlocks += result->failure == FAILURE_DEADLOCK;
	if (execution->engine->ops->in_transaction(execution->engine, session))
		send_later(actor, COMMAND_ROLLBACK);
	else
		after_failure(execution, session);
	return 0;
}

static void keep_result(struct execution *execution, struct actor *actor,
	const struct entry *entry, const struct result *result)
{
	if (!entry->step)
		return;
	/* Later steps go by what the second time gave, too. */
	if (entry->step->capture)
		capture(actor, entry->step->capture, result_first_cell(result));
	if (entry->repeated)
		return;
	text_addf(&actor->results, "%s=", entry->step->name);
	result_canonical(
		result, execution->ignored, execution->ignored_context, &actor->results);
}

static int after_entry(struct execution *execution, unsigned int session, struct result *result)
{
	struct actor *actor = &execution->actors[session];
	const struct entry *entry = entry_of(actor);
	struct event *event;

	event = record(execution,
		actor->has_waited || actor->was_held ? EVENT_CONTINUED : EVENT_DONE, session);
	event->step = entry->step;
	event->sql = actor->sent;
	event->result = result;
	event->repeated = entry->repeated;
	actor->has_waited = actor->was_held = false;
	if (result->failure)
		return on_failure(execution, session, result);
	keep_result(execution, actor, entry, result);
	if (entry->crashes) {
		record(execution, EVENT_CRASH, session);
		actor->outcome.end = SESSION_CUT;
		actor->outcome.ended = ++execution->clock;
		actor->state = ACTOR_OVER;
		return execution->engine->ops->crash(
			execution->engine, session, execution->diag);
	}
	actor->at++;
	settle_next(execution, session, entry->goes_on);
	return 0;
}

/* Outside of a transaction, or at its end: whoever backed off may try again. */
static void end_backing_off(struct execution *execution, unsigned int session)
{
	const struct actor *self = &execution->actors[session];

	if (self->state != ACTOR_OVER &&
		execution->engine->ops->in_transaction(execution->engine, session))
		return;
	for (unsigned int i = 0; i < execution->spec->session_count; i++)
		if (i != session)
			execution->actors[i].backs_off = false;
}

static int on_result(struct execution *execution, unsigned int session)
{
	struct actor *actor = &execution->actors[session];
	struct result *result = execution->engine->ops->take(execution->engine, session);

	switch (actor->command) {
	case COMMAND_ENTRY:
		return after_entry(execution, session, result);
	case COMMAND_ROLLBACK:
		record(execution, EVENT_ROLLBACK, session);
		after_failure(execution, session);
		return 0;
	case COMMAND_TEARDOWN:
	case COMMAND_CLOSE:
		actor_ends(execution, session);
		return 0;
	}
	return 0;
}

/* ---- sending ---- */

static const char *next_sql(struct execution *execution, unsigned int session)
{
	struct actor *actor = &execution->actors[session];

	switch (actor->command) {
	case COMMAND_ENTRY:
		return substitute(execution, actor, entry_of(actor)->sql);
	case COMMAND_TEARDOWN:
		return execution->spec->sessions[session]->teardown;
	case COMMAND_ROLLBACK:
	case COMMAND_CLOSE:
		break;
	}
	return "ROLLBACK";
}

/* Only the steps that the file names stop at gates. */
static int set_gate(struct execution *execution, unsigned int session)
{
	const struct actor *actor = &execution->actors[session];
	const struct engine_ops *ops = execution->engine->ops;
	const struct spec_step *step =
		actor->command == COMMAND_ENTRY ? entry_of(actor)->step : NULL;

	if (!execution->spec->overlaps)
		return 0;
	return ops->gate(execution->engine, session, step && step->overlaps, execution->diag);
}

static int send_now(struct execution *execution, unsigned int session)
{
	struct actor *actor = &execution->actors[session];
	int r;

	if (!actor->is_begun) {
		actor->is_begun = true;
		actor->outcome.begun = ++execution->clock;
	}
	actor->sent = next_sql(execution, session);
	if (actor->command == COMMAND_ENTRY && entry_of(actor)->fails) {
		struct result *result = pool_alloc(&execution->pool, sizeof(*result));

		result_fail(&execution->pool, result, FAILURE_INJECTED, "weft", "made to fail");
		return after_entry(execution, session, result);
	}
	actor->state = ACTOR_WAITING;
	actor->has_waited = actor->was_held = false;
	r = set_gate(execution, session);
	return r < 0 ? r
		     : execution->engine->ops->start(
			       execution->engine, session, actor->sent, execution->diag);
}

static void tell_wait(struct execution *execution, unsigned int session)
{
	struct actor *actor = &execution->actors[session];
	struct event *event;

	if (actor->has_waited || actor->command != COMMAND_ENTRY)
		return;
	actor->has_waited = true;
	event = record(execution, EVENT_WAITS, session);
	event->step = entry_of(actor)->step;
	event->sql = actor->sent;
}

static void tell_held(struct execution *execution, unsigned int session)
{
	struct actor *actor = &execution->actors[session];
	struct event *event = record(execution, EVENT_HELD, session);

	event->step = entry_of(actor)->step;
	event->sql = actor->was_held || actor->has_waited ? NULL : actor->sent;
	actor->was_held = true;
	actor->state = ACTOR_HELD;
}

/* Sends what is to be sent; then takes what has come, of `first` before the others. */
static int pump_once(struct execution *execution, unsigned int first, bool *ret_moved)
{
	unsigned int count = execution->spec->session_count;
	struct engine *engine = execution->engine;
	int r = 0;

	*ret_moved = false;
	for (unsigned int i = 0; i < count && r == 0; i++)
		if (execution->actors[i].state == ACTOR_PENDING) {
			*ret_moved = true;
			r = send_now(execution, i);
		}
	if (r == 0)
		r = engine->ops->settle(engine, execution->diag);
	for (unsigned int i = 0; i < count && r == 0; i++) {
		unsigned int session = (first + i) % count;

		if (execution->actors[session].state != ACTOR_WAITING)
			continue;
		if (engine->ops->state(engine, session) == ENGINE_FINISHED) {
			*ret_moved = true;
			r = on_result(execution, session);
			if (r == 0)
				end_backing_off(execution, session);
		} else if (engine->ops->state(engine, session) == ENGINE_HELD) {
			tell_held(execution, session);
		} else {
			tell_wait(execution, session);
		}
	}
	return r;
}

static int find_deadlock(struct execution *execution)
{
	struct engine *engine = execution->engine;
	unsigned int waiting = 0;

	execution->deadlock = 0;
	for (unsigned int i = 0; i < execution->spec->session_count; i++)
		waiting += execution->actors[i].state == ACTOR_WAITING;
	execution->is_cycle = false;
	if (waiting < 2)
		return 0;
	return engine->ops->deadlock(engine, &execution->deadlock, execution->diag);
}

static int pump(struct execution *execution, unsigned int first)
{
	bool moved = true;
	int r = 0;

	while (r == 0 && moved)
		r = pump_once(execution, first, &moved);
	return r < 0 ? r : find_deadlock(execution);
}

/* ---- the interface ---- */

void execution_prepare(struct execution *execution)
{
	pool_reset(&execution->programs);
	for (unsigned int i = 0; i < execution->spec->session_count; i++)
		program_build(&execution->programs, execution->spec, i, execution->fault,
			execution->statements, &execution->actors[i].program);
}

void execution_release(struct execution *execution)
{
	for (unsigned int i = 0; i < execution->spec->session_count; i++)
		text_release(&execution->actors[i].results);
	pool_release(&execution->pool);
	pool_release(&execution->programs);
}

int execution_begin(struct execution *execution, session_set sessions)
{
	int r;

	pool_reset(&execution->pool);
	execution->engine->results = &execution->pool;
	execution->events = NULL;
	execution->event_count = 0;
	execution->actions = NULL;
	execution->action_count = 0;
	execution->deadlocks = execution->timeouts = execution->failures = 0;
	execution->clock = 0;
	execution->last = 0;
	execution->deadlock = 0;
	r = execution->engine->ops->reset(execution->engine, execution->exact, execution->diag);
	for (unsigned int i = 0; i < execution->spec->session_count && r == 0; i++) {
		struct actor *actor = &execution->actors[i];

		text_clear(&actor->results);
		actor->outcome = (struct session_outcome){ .end = SESSION_DONE };
		actor->command = COMMAND_ENTRY;
		actor->at = actor->retries = actor->variable_count = 0;
		actor->is_begun = actor->has_waited = actor->backs_off = false;
		actor->state = ACTOR_ABSENT;
		if (sessions >> i & 1)
			settle_next(execution, i, false);
		else
			actor->outcome.end = SESSION_ABSENT;
	}
	return r;
}

static int victims(const struct execution *execution, session_set set,
	struct action actions[SEARCH_ACTIONS_MAX])
{
	int count = 0;

	for (unsigned int i = 0; i < execution->spec->session_count; i++)
		if (set >> i & 1)
			actions[count++] =
				(struct action){ .kind = ACTION_VICTIM, .session = (uint8_t)i };
	return count;
}

int execution_actions(struct execution *execution, struct action actions[SEARCH_ACTIONS_MAX])
{
	unsigned int sessions = execution->spec->session_count;
	session_set waiting = 0;
	int count = 0;

	if (execution->deadlock)
		return victims(execution, execution->deadlock, actions);
	/* Those that back off have their turn when nobody else has. */
	for (int backing_off = 0; backing_off <= 1 && !count; backing_off++)
		for (unsigned int i = 0; i < sessions; i++) {
			unsigned int session = (execution->last + i) % sessions;
			const struct actor *actor = &execution->actors[session];

			if (actor->state == ACTOR_READY && actor->backs_off == backing_off)
				actions[count++] = (struct action){ .kind = ACTION_STEP,
					.session = (uint8_t)session };
			if (actor->state == ACTOR_HELD && !backing_off)
				actions[count++] = (struct action){ .kind = ACTION_RESUME,
					.session = (uint8_t)session };
			if (actor->state == ACTOR_WAITING)
				waiting |= UINT32_C(1) << session;
		}
	/* All wait, whoever for: that is a deadlock, too. */
	return count ? count : victims(execution, waiting, actions);
}

static int choose_victim(struct execution *execution, unsigned int session)
{
	struct event *event = record(execution, EVENT_VICTIM, session);
	struct engine *engine = execution->engine;

	event->step = entry_of(&execution->actors[session])->step;
	return engine->ops->cancel(engine, session, FAILURE_DEADLOCK, execution->diag);
}

int execution_perform(struct execution *execution, struct action action)
{
	struct actor *actor = &execution->actors[action.session];
	int r = 0;

	execution->actions = pool_grow(&execution->pool, execution->actions,
		execution->action_count, sizeof(*execution->actions));
	execution->actions[execution->action_count++] = action;
	execution->last = action.session;
	if (action.kind == ACTION_VICTIM) {
		BUG_ON(actor->state != ACTOR_WAITING);
		r = choose_victim(execution, action.session);
	} else if (action.kind == ACTION_RESUME) {
		BUG_ON(actor->state != ACTOR_HELD);
		actor->state = ACTOR_WAITING;
		r = execution->engine->ops->pass(
			execution->engine, action.session, execution->diag);
	} else {
		BUG_ON(actor->state != ACTOR_READY);
		actor->backs_off = false;
		actor->state = ACTOR_PENDING;
	}
	return r < 0 ? r : pump(execution, action.session);
}

/* What the session's next action comes down to. False: nothing that is known. */
static bool next_statement(const struct execution *execution, unsigned int session,
	struct statement *ret_statement, bool *ret_first, bool *ret_last)
{
	const struct actor *actor = &execution->actors[session];
	unsigned int at = actor->at;

	if (actor->state != ACTOR_READY)
		return false;
	*ret_first = !actor->is_begun;
	while (at + 1 < actor->program.count && actor->program.entries[at].goes_on) {
		if (!actor->program.entries[at].step)
			return false;
		at++;
	}
	*ret_statement = actor->program.entries[at].statement;
	*ret_last = at + 1 >= actor->program.count;
	/* Whether it comes at all may hang on values. */
	if (actor->program.entries[at].step->when.variable)
		return false;
	if (execution->one_lock && ret_statement->writes)
		ret_statement->touched.tables |= WHOLE_DATABASE;
	if (execution->one_lock || !execution->locks_rows)
		ret_statement->touched.has_key = false;
	return !execution->spec->sessions[session]->teardown;
}

/* Is the session in a transaction when its next statement comes? */
static bool will_be_in_transaction(const struct execution *execution, unsigned int session)
{
	const struct actor *actor = &execution->actors[session];

	return actor->program.entries[actor->at].goes_on ||
	       execution->engine->ops->in_transaction(execution->engine, session);
}

bool execution_independent(const struct execution *execution, struct action a, struct action b)
{
	struct statement first, second;
	bool a_first, a_last, b_first, b_last;

	if (a.kind != ACTION_STEP || b.kind != ACTION_STEP ||
		execution->fault->kind != FAULT_NONE || execution->spec->overlaps ||
		execution->engine->schema.opaque)
		return false;
	if (!next_statement(execution, a.session, &first, &a_first, &a_last) ||
		!next_statement(execution, b.session, &second, &b_first, &b_last))
		return false;
	/* Their order in real time counts. */
	if ((a_last && b_first) || (b_last && a_first))
		return false;
	return statement_independent(&first, will_be_in_transaction(execution, a.session),
		&second, will_be_in_transaction(execution, b.session));
}

/* What it takes to bring a session on that is alone. */
static uint8_t action_of(const struct actor *actor)
{
	switch (actor->state) {
	case ACTOR_WAITING:
		return ACTION_VICTIM;
	case ACTOR_HELD:
		return ACTION_RESUME;
	default:
		return ACTION_STEP;
	}
}

int execution_finish_session(struct execution *execution, unsigned int session)
{
	struct action action = { .kind = ACTION_STEP, .session = (uint8_t)session };
	int r = 0;

	while (r == 0 && execution->actors[session].state != ACTOR_OVER) {
		action.kind = action_of(&execution->actors[session]);
		r = execution_perform(execution, action);
	}
	return r;
}

static const char *canonical_state(struct execution *execution, const struct result *final)
{
	struct text text = { 0 };
	const char *copy;

	result_canonical(final, execution->ignored, execution->ignored_context, &text);
	copy = pool_copy(&execution->pool, text.text ? text.text : "", text.size);
	text_release(&text);
	return copy;
}

int execution_outcome(struct execution *execution, const char *final_sql,
	struct outcome *outcome, struct result **ret_final)
{
	struct engine *engine = execution->engine;
	int r = engine->ops->query(engine, final_sql, ret_final, execution->diag);

	if (r < 0)
		return r;
	memset(outcome, 0, sizeof(*outcome));
	outcome->session_count = execution->spec->session_count;
	for (unsigned int i = 0; i < outcome->session_count; i++) {
		struct actor *actor = &execution->actors[i];

		outcome->sessions[i] = actor->outcome;
		outcome->sessions[i].results = pool_copy(&execution->pool,
			actor->results.text ? actor->results.text : "", actor->results.size);
	}
	outcome->state = canonical_state(execution, *ret_final);
	return 0;
}
