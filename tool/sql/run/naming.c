/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose effects did each step see? A step's result is compared with what it gives in serial
 * executions of the sessions that wrote, in the order in which they wrote: alone, after the
 * first of them, after the first two, and so on. See naming.h.
 */
#include "tool/sql/run/naming.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool is_writer(const struct anomaly_facts *facts, unsigned int session)
{
	for (unsigned int i = 0; i < facts->writer_count; i++)
		if (facts->writers[i] == session)
			return true;
	return false;
}

static void find_writers(struct anomaly_facts *facts)
{
	for (size_t i = 0; i < facts->access_count; i++) {
		const struct access *access = &facts->accesses[i];

		if (access->writes && !access->undone && !is_writer(facts, access->session))
			facts->writers[facts->writer_count++] = (uint8_t)access->session;
	}
}

/* What the step gives after the first `before` of the writers; NULL: it doesn't come to it. */
static const struct result *result_after(struct lab *lab, const struct event *event,
	const struct anomaly_facts *facts, unsigned int before)
{
	const struct serial_run *run;
	struct serial_order order = { .count = 0 };

	for (unsigned int i = 0; order.count < before; i++)
		if (facts->writers[i] != event->session)
			order.sessions[order.count++] = facts->writers[i];
	order.sessions[order.count++] = (uint8_t)event->session;
	run = lab_serial(lab, &order);
	for (size_t i = 0; run && i < run->trace.event_count; i++)
		if (run->trace.events[i].step == event->step && run->trace.events[i].result)
			return run->trace.events[i].result;
	return NULL;
}

static bool equal(struct lab *lab, const struct result *a, const struct result *b)
{
	struct text first = { 0 }, second = { 0 };
	bool same;

	result_canonical(a, lab_ignores, lab, &first);
	result_canonical(b, lab_ignores, lab, &second);
	same = strcmp(first.text ? first.text : "", second.text ? second.text : "") == 0;
	text_release(&first);
	text_release(&second);
	return same;
}

static void find_seen(struct lab *lab, const struct event *event,
	const struct anomaly_facts *facts, struct access *access)
{
	unsigned int others = facts->writer_count - is_writer(facts, event->session);

	access->seen_min = access->seen_max = SEEN_NO_VERSION;
	for (unsigned int before = 0; before <= others; before++) {
		const struct result *result = result_after(lab, event, facts, before);

		if (!result || !equal(lab, event->result, result))
			continue;
		if (access->seen_min == SEEN_NO_VERSION)
			access->seen_min = (int)before;
		access->seen_max = (int)before;
	}
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
	struct statement statement;

	/* Not as it stands in the file: with the captured values. */
	statement_read(event->sql, &lab->tables, &statement);
	*access = (struct access){ .session = event->session,
		.touched = statement.touched,
		.time = (uint32_t)time,
		.writes = statement.writes && !has_word(event->sql, "for", "for"),
		.adds_rows = has_word(event->sql, "insert", "delete"),
		.committed = UINT32_MAX };
	access->reads = !access->writes || !has_word(event->sql, "insert", "insert") ||
			has_word(event->sql, "select", "select");
}

/* Where the transaction of an access ended, and how. */
static void find_end(
	const struct lab *lab, const struct sql_trace *trace, struct access *access)
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
		statement_read(event->sql, &lab->tables, &statement);
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
		run = lab_serial(lab, &order);
		if (run && strcmp(run->outcome.state, seen->state) == 0)
			return true;
	}
	return false;
}

/* All that the steps did, but for transactions' ends. */
static void gather(struct lab *lab, const struct sql_trace *trace, struct anomaly_facts *facts,
	struct access *accesses)
{
	facts->accesses = accesses;
	for (size_t i = 0; i < trace->event_count; i++) {
		const struct event *event = &trace->events[i];
		struct access *access = &accesses[facts->access_count];

		if (!event->step || !event->result || event->result->failure ||
			lab->statements[event->step->id].begins ||
			lab->statements[event->step->id].ends)
			continue;
		fill_access(lab, event, i, access);
		if (in_autocommit(trace, access))
			access->committed = (uint32_t)i;
		else
			find_end(lab, trace, access);
		facts->access_count++;
	}
}

enum anomaly naming_of(struct lab *lab, bool serializable)
{
	struct pool pool = { 0 };
	struct anomaly_facts facts = { .serializable = serializable };
	struct sql_trace trace;
	struct access *accesses;
	enum anomaly anomaly;

	lab_trace(lab, &pool, &trace);
	accesses = pool_alloc(&pool, trace.event_count * sizeof(*accesses));
	gather(lab, &trace, &facts, accesses);
	find_writers(&facts);
	for (size_t i = 0; i < facts.access_count; i++)
		find_seen(lab, &trace.events[accesses[i].time], &facts, &accesses[i]);
	facts.state_of_fewer = is_state_of_fewer(lab);
	anomaly = anomaly_name(&facts);
	pool_release(&pool);
	return anomaly;
}
