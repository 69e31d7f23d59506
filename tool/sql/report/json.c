/* SPDX-License-Identifier: Apache-2.0 */
/* The report for programs; docs/sql.md describes the fields. */
#include <errno.h>
#include <jansson.h>

#include "tool/sql/report/report.h"

static const char *const event_names[] = {
	[EVENT_DONE] = "done",
	[EVENT_WAITS] = "waits",
	[EVENT_CONTINUED] = "continued",
	[EVENT_HELD] = "held",
	[EVENT_SKIPPED] = "skipped",
	[EVENT_VICTIM] = "victim",
	[EVENT_ROLLBACK] = "rollback",
	[EVENT_RETRY] = "retry",
	[EVENT_CRASH] = "crash",
};

/* Strings of a database may be any bytes. */
static json_t *text_value(const char *text)
{
	json_t *value = text ? json_string(text) : json_null();

	return value ? value : json_string("(not UTF-8)");
}

static void set_text(json_t *object, const char *key, const char *text)
{
	if (text)
		json_object_set_new(object, key, text_value(text));
}

static void set_count(json_t *object, const char *key, uint64_t count)
{
	json_object_set_new(object, key, json_integer((json_int_t)count));
}

static json_t *rows_value(const struct rows *rows)
{
	json_t *list = json_array();

	for (size_t i = 0; i < rows->count; i++) {
		json_t *row = json_array();

		for (unsigned int c = 0; c < rows->column_count; c++)
			json_array_append_new(
				row, text_value(rows->cells[i * rows->column_count + c]));
		json_array_append_new(list, row);
	}
	return list;
}

static json_t *sets_value(const struct result *result)
{
	json_t *list = json_array();

	for (size_t i = 0; i < result->set_count; i++)
		json_array_append_new(list, rows_value(result->sets[i]));
	return list;
}

static json_t *event_value(const struct spec *spec, const struct event *event)
{
	json_t *value = json_object();

	set_text(value, "session", spec->sessions[event->session]->name);
	set_text(value, "event", event_names[event->kind]);
	if (event->step) {
		set_text(value, "step", event->step->name);
		set_count(value, "line", event->step->line);
	}
	set_text(value, "sql", event->sql);
	if (!event->result)
		return value;
	if (event->result->failure) {
		set_text(value, "error", event->result->message);
		set_text(value, "code", event->result->code);
	} else {
		json_object_set_new(value, "rows", sets_value(event->result));
	}
	return value;
}

static json_t *events_value(const struct spec *spec, const struct sql_trace *trace)
{
	json_t *list = json_array();

	for (size_t i = 0; i < trace->event_count; i++)
		json_array_append_new(list, event_value(spec, &trace->events[i]));
	return list;
}

static json_t *order_value(const struct spec *spec, const struct serial_order *order)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < order->count; i++)
		json_array_append_new(
			list, text_value(spec->sessions[order->sessions[i]]->name));
	return list;
}

static json_t *finding_value(
	const struct sql_campaign *campaign, const struct sql_finding *finding)
{
	json_t *value = json_object();
	struct text reason = { 0 };

	sql_finding_reason(campaign, finding, &reason);
	set_text(value, "kind", sql_finding_id(finding));
	set_text(value, "title", sql_finding_title(finding));
	if (finding->kind == SQL_ANOMALY)
		set_text(value, "symbol", anomaly_symbol(finding->anomaly));
	set_text(value, "reason", reason.text);
	set_text(value, "detail", finding->detail);
	set_text(value, "isolation", spec_level_name(finding->level));
	set_count(value, "executions", finding->executions);
	set_count(value, "first_execution", finding->first_execution);
	set_count(value, "replays", campaign->replays);
	set_count(value, "replays_reproduced", finding->confirmed);
	set_count(value, "switches", finding->shortest.switches);
	set_text(value, "schedule", finding->schedule_path);
	json_object_set_new(value, "events", events_value(campaign->spec, &finding->shortest));
	json_object_set_new(value, "final", sets_value(finding->shortest.final));
	if (finding->has_order) {
		json_object_set_new(
			value, "nearest_order", order_value(campaign->spec, &finding->order));
		json_object_set_new(value, "nearest_final", sets_value(finding->serial.final));
	}
	text_release(&reason);
	return value;
}

static json_t *level_value(const struct sql_level *level)
{
	json_t *value = json_object();

	set_text(value, "isolation", spec_level_name(level->level));
	set_count(value, "executions", level->executions);
	set_count(value, "wrong", level->bad);
	set_count(value, "deadlocks", level->with_deadlock);
	set_count(value, "serialization_failures", level->with_failure);
	set_count(value, "needless", level->needless);
	set_count(value, "needless_examined", level->needless_known);
	set_count(value, "divergences", level->divergences);
	json_object_set_new(value, "search_seconds", json_real((double)level->search_ns / 1e9));
	json_object_set_new(value, "complete", json_boolean(level->complete));
	return value;
}

static json_t *fix_value(const struct sql_fix *fix)
{
	json_t *value = json_object();

	set_text(value, "fix", fix->title);
	set_text(value, "change", fix->change);
	json_object_set_new(value, "applies", json_boolean(fix->applies));
	if (!fix->applies)
		return value;
	json_object_set_new(value, "helps", json_boolean(!fix->findings));
	set_count(value, "executions", fix->result.executions);
	set_count(value, "wrong", fix->findings);
	set_count(value, "deadlocks", fix->result.with_deadlock);
	set_count(value, "aborted_sessions", fix->result.aborted_sessions);
	json_object_set_new(value, "complete", json_boolean(fix->result.complete));
	return value;
}

static json_t *campaign_value(const struct sql_campaign *campaign)
{
	json_t *value = json_object();
	json_t *levels = json_array(), *findings = json_array(), *fixes = json_array();

	set_count(value, "version", SQL_JSON_VERSION);
	set_text(value, "weft", WEFT_VERSION);
	set_text(value, "file", campaign->spec->name);
	set_text(value, "engine", spec_engine_name(campaign->engine->ops->id));
	set_text(value, "engine_version", campaign->engine->version);
	set_count(value, "executions", campaign->executions);
	json_object_set_new(value, "seconds", json_real((double)campaign->elapsed_ns / 1e9));
	json_object_set_new(value, "interrupted",
		json_boolean(campaign->interrupted || campaign->out_of_time));
	for (size_t i = 0; i < campaign->level_count; i++)
		json_array_append_new(levels, level_value(&campaign->levels[i]));
	for (size_t i = 0; i < campaign->finding_count; i++)
		json_array_append_new(findings, finding_value(campaign, campaign->findings[i]));
	for (size_t i = 0; i < campaign->fix_count; i++)
		json_array_append_new(fixes, fix_value(&campaign->fixes[i]));
	json_object_set_new(value, "levels", levels);
	json_object_set_new(value, "findings", findings);
	json_object_set_new(value, "fixes", fixes);
	return value;
}

int sql_report_json(struct sql_campaign *const *campaigns, size_t count, FILE *stream)
{
	json_t *value = count == 1 ? campaign_value(campaigns[0]) : json_array();
	int r;

	for (size_t i = 0; count != 1 && i < count; i++)
		json_array_append_new(value, campaign_value(campaigns[i]));
	r = value && json_dumpf(value, stream, JSON_INDENT(2)) == 0 ? 0 : -EIO;
	json_decref(value);
	fputc('\n', stream);
	return ferror(stream) ? -EIO : r;
}
