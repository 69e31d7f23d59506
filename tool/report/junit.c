/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A campaign as JUnit XML, which CI servers show as test results: one suite, with a failed test
 * for each finding, or one that passed. Only what both Ant's and Jenkins' schemas allow is
 * written, in their order. docs/reports.md describes it.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "tool/report/report.h"
#include "tool/report/rules.h"
#include "tool/report/xml.h"
#include "tool/trace/names.h"

#define TEST_NAME_SIZE 512

static void write_number(const char *name, uint64_t number, FILE *stream)
{
	fprintf(stream, " %s=\"%" PRIu64 "\"", name, number);
}

static void write_seconds(uint64_t ns, FILE *stream)
{
	fprintf(stream, " time=\"%" PRIu64 ".%03" PRIu64 "\"", ns / 1000000000,
		ns / 1000000 % 1000);
}

/* ---- the suite's head ---- */

static void write_property(const char *name, const char *value, FILE *stream)
{
	fputs("      <property", stream);
	xml_write_attribute("name", name, stream);
	xml_write_attribute("value", value, stream);
	fputs("/>\n", stream);
}

static void write_count(const char *name, uint64_t count, FILE *stream)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, count);
	write_property(name, text, stream);
}

/* The words of the command as one text; the properties are for reading. */
static int write_command(const struct report *report, FILE *stream)
{
	char *text = NULL;
	size_t size;
	FILE *words = open_memstream(&text, &size);

	if (!words)
		return -ENOMEM;
	for (char *const *word = report->command; word && *word; word++)
		fprintf(words, "%s%s", word == report->command ? "" : " ", *word);
	if (fclose(words) != 0) {
		free(text);
		return -ENOMEM;
	}
	write_property("command", text, stream);
	free(text);
	return 0;
}

static int write_properties(const struct report *report, FILE *stream)
{
	int r;

	fputs("    <properties>\n", stream);
	r = write_command(report, stream);
	write_property("weft", WEFT_VERSION, stream);
	write_property("strategy", report->strategy, stream);
	write_count("seed", report->seed, stream);
	write_property("carrier", carrier_name(report->carrier), stream);
	write_property("model", model_name(report->model), stream);
	write_property("points", points_name(report->points), stream);
	write_count("executions", report->executions, stream);
	write_count("failing executions", report->failures, stream);
	write_count("behaviours", report->behaviours, stream);
	write_property("interrupted", report->interrupted ? "true" : "false", stream);
	fputs("    </properties>\n", stream);
	return r;
}

/* Nothing was found, but it was not looked for as long as asked for. */
static bool is_skipped(const struct report *report)
{
	return report->finding_count == 0 && !report->error && report->interrupted;
}

/* A prediction that does not fail the run is a test that passes, and is told. */
static bool is_failure(const struct report *report, const struct finding *finding)
{
	return report->notes_fail || finding_severity(finding) != SEVERITY_NOTE;
}

static size_t count_failures(const struct report *report)
{
	size_t count = 0;

	for (size_t i = 0; i < report->finding_count; i++)
		count += is_failure(report, report->findings[i]);
	return count;
}

static void write_suite_head(const struct report *report, FILE *stream)
{
	char timestamp[sizeof("2025-01-01T00:00:00")];
	time_t start = (time_t)report->start_time;
	struct tm tm;
	size_t passed = report->finding_count == 0 && !report->error;

	if (!gmtime_r(&start, &tm) ||
		!strftime(timestamp, sizeof(timestamp), "%Y-%m-%dT%H:%M:%S", &tm))
		timestamp[0] = '\0';
	fputs("  <testsuite", stream);
	xml_write_attribute("name", report_program(report), stream);
	xml_write_attribute("package", "weft", stream);
	write_number("id", 0, stream);
	write_number("tests", report->finding_count + passed + (report->error != NULL), stream);
	write_number("failures", count_failures(report), stream);
	write_number("errors", report->error != NULL, stream);
	write_number("skipped", is_skipped(report), stream);
	write_seconds(report->elapsed_ns, stream);
	xml_write_attribute("timestamp", timestamp, stream);
	/* Whose machine it was is nobody's business; it is what to write when it is not known.
	 */
	xml_write_attribute("hostname", "localhost", stream);
	fputs(">\n", stream);
}

/* ---- tests ---- */

static void write_test_head(
	const struct report *report, const char *name, uint64_t ns, FILE *stream)
{
	fputs("    <testcase", stream);
	xml_write_attribute("classname", report_program(report), stream);
	xml_write_attribute("name", name, stream);
	write_seconds(ns, stream);
	fputs(">\n", stream);
}

static int write_finding(
	const struct report *report, const struct finding *finding, FILE *stream)
{
	char name[TEST_NAME_SIZE];
	char *text = report_finding_text(finding);

	if (!text)
		return -ENOMEM;
	snprintf(name, sizeof(name), "%s: %s", finding->name, finding->summary);
	write_test_head(report, name, 0, stream);
	if (is_failure(report, finding)) {
		fputs("      <failure", stream);
		xml_write_attribute("type", finding_kind_name(finding->kind), stream);
		xml_write_attribute("message", finding->summary, stream);
		fputc('>', stream);
		xml_write_text(text, stream);
		fputs("</failure>\n", stream);
	}
	fputs("    </testcase>\n", stream);
	free(text);
	return 0;
}

static void write_pass(const struct report *report, FILE *stream)
{
	write_test_head(report, "no concurrency bug found", report->elapsed_ns, stream);
	if (is_skipped(report)) {
		fputs("      <skipped", stream);
		xml_write_attribute("message", "interrupted before its end", stream);
		fputs("/>\n", stream);
	}
	fputs("    </testcase>\n", stream);
}

static void write_error(const struct report *report, FILE *stream)
{
	write_test_head(report, "the campaign ends in order", report->elapsed_ns, stream);
	fputs("      <error", stream);
	xml_write_attribute("type", "environment", stream);
	xml_write_attribute("message", report->error, stream);
	fputs("/>\n    </testcase>\n", stream);
}

static void write_note(const struct finding *finding, FILE *stream)
{
	char *text = report_finding_text(finding);

	if (text)
		xml_write_text(text, stream);
	free(text);
}

/*
 * The end of what the program wrote in each of the failing executions, and the predictions, for
 * which a test that passes has no place.
 */
static void write_outputs(const struct report *report, FILE *stream)
{
	fputs("    <system-out>", stream);
	for (size_t i = 0; i < report->finding_count; i++) {
		const struct finding *finding = report->findings[i];

		if (!is_failure(report, finding))
			write_note(finding, stream);
		if (!finding->output || !finding->output[0])
			continue;
		fprintf(stream, "-- %s --\n", finding->name);
		xml_write_text(finding->output, stream);
		fputc('\n', stream);
	}
	fputs("</system-out>\n    <system-err></system-err>\n", stream);
}

static int write_junit(const struct report *report, FILE *stream)
{
	int r;

	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n", stream);
	write_suite_head(report, stream);
	r = write_properties(report, stream);
	for (size_t i = 0; i < report->finding_count && r >= 0; i++)
		r = write_finding(report, report->findings[i], stream);
	if (report->error)
		write_error(report, stream);
	else if (report->finding_count == 0)
		write_pass(report, stream);
	write_outputs(report, stream);
	fputs("  </testsuite>\n</testsuites>\n", stream);
	if (r < 0)
		return r;
	return ferror(stream) ? -EIO : 0;
}

const struct report_ops report_junit = { .name = "JUnit", .write = write_junit };
