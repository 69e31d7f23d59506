/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Outcomes as JSON. The fields are documented in docs/outcomes.md and described by
 * docs/schema/outcomes.json; both change with this file.
 */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "tool/report/outcomes.h"
#include "tool/report/utf8.h"
#include "tool/trace/names.h"
#include "tool/trace/observations.h"

/* Text, or null. */
static json_t *make_string(const char *text)
{
	char *copy = text ? utf8_copy(text) : NULL;
	json_t *string = copy ? json_string(copy) : NULL;

	free(copy);
	return text ? string : json_null();
}

static json_t *make_hash(uint64_t hash)
{
	return json_sprintf("%016llx", (unsigned long long)hash);
}

static int set(json_t *object, const char *key, json_t *value)
{
	return json_object_set_new(object, key, value) < 0 ? -ENOMEM : 0;
}

static int add_value(json_t *values, const struct wire_observation *o)
{
	char *name = utf8_copy(o->name);
	json_t *array = name ? json_object_get(values, name) : NULL;
	int r = name ? 0 : -ENOMEM;

	if (name && !array) {
		array = json_array();
		r = set(values, name, array);
	}
	if (r == 0 &&
		json_array_append_new(array, o->kind == WIRE_OBSERVED_VALUE
						     ? json_integer(o->value)
						     : make_string(observation_text(o))) < 0)
		r = -ENOMEM;
	free(name);
	return r;
}

static json_t *make_values(const struct outcomes_row *row, int *error)
{
	const struct outcome_text *text = &row->text;
	const struct wire_observation *o;
	json_t *values = json_object();

	for (size_t at = 0;
		(o = observation_next(text->observations, text->observations_size, &at));)
		if (o->kind == WIRE_OBSERVED_VALUE || o->kind == WIRE_OBSERVED_TEXT)
			*error |= add_value(values, o);
	return values;
}

static const char *need_name(enum outcome_need need)
{
	switch (need) {
	case OUTCOME_NEEDS_ONE:
		return "needed";
	case OUTCOME_UNSEEN:
		return "not-seen-without";
	default:
		return "not-needed";
	}
}

static json_t *make_row(
	const struct outcomes_report *report, const struct outcomes_row *row, int *error)
{
	const struct finding *finding = row->finding;
	json_t *object = json_object();
	bool ended = !row->is_failure;

	*error |= set(object, "kind",
		json_string(ended ? "outcome" : finding_kind_name(finding->kind)));
	*error |= set(object, "identity", make_hash(row->identity));
	*error |= set(object, "times_seen", json_integer((json_int_t)row->times_seen));
	*error |= set(object, "first_execution",
		row->first_execution ? json_integer((json_int_t)row->first_execution)
				     : json_null());
	*error |= set(object, "exit_status",
		ended ? json_integer(row->text.exit_status) : json_null());
	*error |= set(object, "output", ended ? make_string(row->text.output) : json_null());
	*error |= set(
		object, "output_hash", ended ? make_hash(row->text.output_hash) : json_null());
	*error |= set(object, "values", ended ? make_values(row, error) : json_object());
	*error |= set(object, "summary", make_string(ended ? NULL : finding->summary));
	*error |= set(object, "preemptions",
		finding && finding->replays ? json_integer(finding->preemptions) : json_null());
	*error |= set(object, "preemption", json_string(need_name(row->need)));
	*error |= set(object, "schedule", make_string(finding ? finding->schedule_path : NULL));
	*error |= set(object, "replays", json_integer(finding ? finding->replays : 0));
	*error |= set(object, "replays_reproduced",
		json_integer(finding ? finding->replays_reproduced : 0));
	*error |= set(object, "reason", make_string(finding ? finding->reason : NULL));
	*error |= set(object, "expected",
		report->has_expected ? json_boolean(row->expected) : json_null());
	return object;
}

static json_t *make_strings(char *const *list, int *error)
{
	json_t *array = json_array();

	for (; list && *list; list++)
		if (json_array_append_new(array, make_string(*list)) < 0)
			*error = -ENOMEM;
	return array;
}

static json_t *make_rows(const struct outcomes_report *report, int *error)
{
	json_t *array = json_array();

	for (size_t i = 0; i < report->row_count; i++)
		if (json_array_append_new(array, make_row(report, &report->rows[i], error)) < 0)
			*error = -ENOMEM;
	return array;
}

static json_t *make_missing(const struct outcomes_report *report, int *error)
{
	json_t *array = json_array();

	for (size_t i = 0; i < report->missing_count; i++)
		if (json_array_append_new(array, make_string(report->missing[i])) < 0)
			*error = -ENOMEM;
	return array;
}

static json_t *make_report(const struct outcomes_report *report, int *error)
{
	json_t *root = json_object();

	*error |= set(root, "version", json_integer(OUTCOMES_JSON_VERSION));
	*error |= set(root, "weft", json_string(WEFT_VERSION));
	*error |= set(root, "command", make_strings(report->command, error));
	*error |= set(root, "strategy", make_string(report->strategy));
	*error |= set(root, "seed", json_sprintf("%llu", (unsigned long long)report->seed));
	*error |= set(root, "carrier", json_string(carrier_name(report->carrier)));
	*error |= set(root, "points", json_string(points_name(report->points)));
	*error |= set(root, "executions", json_integer((json_int_t)report->executions));
	*error |= set(root, "seconds", json_real((double)report->elapsed_ns / 1e9));
	*error |= set(
		root, "without_preemption", json_integer((json_int_t)report->nonpreemptive));
	*error |= set(root, "without_preemption_all", json_boolean(report->all_nonpreemptive));
	*error |= set(root, "values_overflowed",
		json_boolean((report->limits & WIRE_LIMIT_OBSERVATIONS) != 0));
	*error |= set(root, "interrupted", json_boolean(report->interrupted));
	*error |= set(root, "error", make_string(report->error));
	*error |= set(root, "outcomes", make_rows(report, error));
	*error |= set(root, "not_seen",
		report->has_expected ? make_missing(report, error) : json_null());
	return root;
}

int outcomes_write_json(const struct outcomes_report *report, FILE *stream)
{
	int error = 0;
	json_t *root = make_report(report, &error);

	if (error == 0 && json_dumpf(root, stream, JSON_INDENT(2)) < 0)
		error = -EIO;
	json_decref(root);
	if (error == 0 && (fputc('\n', stream) == EOF || fflush(stream) != 0))
		error = -EIO;
	return error ? (error == -EIO ? -EIO : -ENOMEM) : 0;
}
