/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A campaign as SARIF 2.1.0 (OASIS): one run, a rule for each kind, a result for each finding.
 * The places a result is about are in sarif_place.c, the interleaving in sarif_flow.c.
 * docs/reports.md describes what is written.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tool/report/report.h"
#include "tool/report/rules.h"
#include "tool/report/sarif_parts.h"
#include "tool/report/source_root.h"
#include "tool/report/utf8.h"

#define SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"

json_t *sarif_text(const char *text)
{
	char *copy = utf8_copy(text);
	json_t *string = copy ? json_string(copy) : NULL;

	free(copy);
	return string;
}

json_t *sarif_append(json_t *array, json_t *value)
{
	if (json_array_append_new(array, value) == 0)
		return array;
	json_decref(array);
	return NULL;
}

/* ---- the tool ---- */

static json_t *make_rule(const struct rule *rule)
{
	return json_pack("{s:s, s:s, s:{s:s}, s:{s:s}, s:{s:o, s:o}, s:{s:s}, s:{s:[s]}}", "id",
		rule->name, "name", rule->name, "shortDescription", "text", rule->title,
		"fullDescription", "text", rule->description, "help", "text",
		json_sprintf("%s The result's code flow shows how it came about; replay it "
			     "with 'weft replay FILE'.",
			rule->description),
		"markdown",
		json_sprintf("%s\n\nThe result's code flow shows how it came about; replay it "
			     "with `weft replay FILE`.",
			rule->description),
		"defaultConfiguration", "level", severity_name(rule->severity), "properties",
		"tags", "concurrency");
}

static json_t *make_tool(void)
{
	size_t count;
	const struct rule *rules = rules_all(&count);
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		list = sarif_append(list, make_rule(&rules[i]));
	return json_pack("{s:{s:s, s:s, s:s, s:o}}", "driver", "name", "weft", "version",
		WEFT_VERSION, "semanticVersion", WEFT_VERSION, "rules", list);
}

/* ---- a result ---- */

static json_t *make_message(const struct report *report, const struct finding *finding)
{
	char *text = NULL, *markdown = NULL;
	json_t *message = NULL;

	(void)report;
	if (sarif_message(finding, &text, &markdown) == 0)
		message = json_pack("{s:o, s:o}", "text", sarif_text(text), "markdown",
			sarif_text(markdown));
	free(text);
	free(markdown);
	return message;
}

static json_t *make_result_properties(const struct finding *finding)
{
	return json_pack("{s:I, s:i, s:i, s:b, s:o*}", "firstExecution",
		(json_int_t)finding->first_execution, "replays", (int)finding->replays,
		"replaysReproduced", (int)finding->replays_reproduced, "deterministic",
		(int)finding->deterministic, "schedule",
		finding->schedule_path ? sarif_text(finding->schedule_path) : NULL);
}

static json_t *make_result(const struct report *report, const struct finding *finding)
{
	const struct rule *rule = rule_of(finding->kind);
	json_int_t times = (json_int_t)(finding->times_seen ? finding->times_seen : 1);
	json_t *result = json_pack("{s:s, s:i, s:s, s:s, s:o, s:o, s:o, s:{s:o}, s:I, s:o}",
		"ruleId", rule->name, "ruleIndex", (int)rule_index(rule), "kind", "fail",
		"level", severity_name(finding_severity(finding)), "message",
		make_message(report, finding), "locations", sarif_locations(report, finding),
		"relatedLocations", sarif_related_locations(report, finding),
		"partialFingerprints", "weftFingerprint/v1",
		json_sprintf("%016llx", (unsigned long long)finding->fingerprint),
		"occurrenceCount", times, "properties", make_result_properties(finding));
	json_t *flows = result ? sarif_flows(report, finding) : NULL;

	/* A list of no flows is not allowed. */
	if (!flows) {
		json_decref(result);
		return NULL;
	}
	if (json_array_size(flows) == 0)
		json_decref(flows);
	else if (json_object_set_new(result, "codeFlows", flows) < 0) {
		json_decref(result);
		return NULL;
	}
	return result;
}

/* ---- the run ---- */

static json_t *make_arguments(const struct report *report)
{
	json_t *arguments = json_array();

	for (char *const *word = report->command; word && *word; word++)
		arguments = sarif_append(arguments, sarif_text(*word));
	return arguments;
}

static json_t *make_invocation(const struct report *report)
{
	json_t *invocation = json_pack("{s:b}", "executionSuccessful", report->error == NULL);

	if (invocation && report->error &&
		json_object_set_new(invocation, "toolExecutionNotifications",
			json_pack("[{s:s, s:{s:o}}]", "level", "error", "message", "text",
				sarif_text(report->error))) < 0) {
		json_decref(invocation);
		return NULL;
	}
	return invocation;
}

/* The folder of the sources as a base that all their paths are relative to. */
static json_t *make_bases(const struct report *report)
{
	char *path = source_root_uri(report->source_root);
	size_t size = path ? strlen(path) : 0;
	json_t *bases = NULL;

	if (path)
		bases = json_pack("{s:{s:o}}", SARIF_BASE, "uri",
			json_sprintf(
				"file://%s%s", path, size && path[size - 1] == '/' ? "" : "/"));
	free(path);
	return bases;
}

static json_t *make_run_properties(const struct report *report)
{
	return json_pack("{s:o, s:I, s:f, s:b}", "command", make_arguments(report),
		"executions", (json_int_t)report->executions, "seconds",
		(double)report->elapsed_ns / 1e9, "interrupted", (int)report->interrupted);
}

static json_t *make_log(const struct report *report)
{
	json_t *results = json_array();

	for (size_t i = 0; i < report->finding_count; i++)
		results = sarif_append(results, make_result(report, report->findings[i]));
	return json_pack("{s:s, s:s, s:[{s:o, s:[o], s:o, s:s, s:o, s:o}]}", "$schema", SCHEMA,
		"version", "2.1.0", "runs", "tool", make_tool(), "invocations",
		make_invocation(report), "originalUriBaseIds", make_bases(report), "columnKind",
		"unicodeCodePoints", "results", results, "properties",
		make_run_properties(report));
}

static int write_sarif(const struct report *report, FILE *stream)
{
	json_t *log = make_log(report);
	int r = log ? 0 : -ENOMEM;

	if (log && json_dumpf(log, stream, JSON_INDENT(2)) < 0)
		r = -EIO;
	json_decref(log);
	fputc('\n', stream);
	return r == 0 && ferror(stream) ? -EIO : r;
}

const struct report_ops report_sarif = { .name = "SARIF", .write = write_sarif };
