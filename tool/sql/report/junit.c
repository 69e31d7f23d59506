/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JUnit XML, in the form that Ant and Jenkins both take: a failed test case for each finding,
 * and one that passed for each isolation level at which there is none.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "tool/report/xml.h"
#include "tool/sql/report/report.h"

static bool has_finding(const struct sql_campaign *campaign, enum spec_level level)
{
	for (size_t i = 0; i < campaign->finding_count; i++)
		if (campaign->findings[i]->level == level)
			return true;
	return false;
}

static size_t count_clean(const struct sql_campaign *campaign)
{
	size_t count = 0;

	for (size_t i = 0; i < campaign->level_count; i++)
		count += !has_finding(campaign, campaign->levels[i].level);
	return count;
}

static void write_case_head(
	const struct sql_campaign *campaign, const char *name, double seconds, FILE *stream)
{
	fputs("    <testcase", stream);
	xml_write_attribute("classname", campaign->spec->name, stream);
	xml_write_attribute("name", name, stream);
	fprintf(stream, " time=\"%.3f\">", seconds);
}

static int write_finding(
	const struct sql_campaign *campaign, const struct sql_finding *finding, FILE *stream)
{
	struct text reason = { 0 }, name = { 0 };
	char *details = NULL;
	size_t size;
	FILE *memory = open_memstream(&details, &size);

	if (!memory)
		return -ENOMEM;
	sql_report_finding(campaign, finding, REPORT_COLOR_NEVER, memory);
	fclose(memory);
	sql_finding_reason(campaign, finding, &reason);
	text_addf(&name, "%s: %s%s%s", spec_level_name(finding->level),
		sql_finding_title(finding), finding->detail ? ": " : "",
		finding->detail ? finding->detail : "");
	write_case_head(campaign, name.text, 0, stream);
	fputs("\n      <failure", stream);
	xml_write_attribute("type", sql_finding_id(finding), stream);
	xml_write_attribute("message", reason.text, stream);
	fputs(">", stream);
	xml_write_text(details, stream);
	fputs("</failure>\n    </testcase>\n", stream);
	text_release(&reason);
	text_release(&name);
	free(details);
	return 0;
}

static void write_suite_head(
	const struct sql_campaign *campaign, size_t number, const char *name, FILE *stream)
{
	char timestamp[sizeof("2025-01-01T00:00:00")] = "";
	time_t start = (time_t)campaign->start_time;
	struct tm tm;

	if (gmtime_r(&start, &tm))
		strftime(timestamp, sizeof(timestamp), "%Y-%m-%dT%H:%M:%S", &tm);
	fputs("  <testsuite", stream);
	xml_write_attribute("name", name, stream);
	xml_write_attribute("package", "weft", stream);
	fprintf(stream,
		" id=\"%zu\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"0\" "
		"time=\"%.3f\"",
		number, campaign->finding_count + count_clean(campaign),
		campaign->finding_count, (double)campaign->elapsed_ns / 1e9);
	xml_write_attribute("timestamp", timestamp, stream);
	/* Whose machine it was is nobody's business; it is what to write when it is not known.
	 */
	xml_write_attribute("hostname", "localhost", stream);
	fputs(">\n    <properties/>\n", stream);
}

static int write_suite(
	const struct sql_campaign *campaign, size_t number, const char *name, FILE *stream)
{
	int r = 0;

	write_suite_head(campaign, number, name, stream);
	for (size_t i = 0; i < campaign->finding_count && r == 0; i++)
		r = write_finding(campaign, campaign->findings[i], stream);
	for (size_t i = 0; i < campaign->level_count; i++) {
		const char *level = spec_level_name(campaign->levels[i].level);

		if (has_finding(campaign, campaign->levels[i].level))
			continue;
		write_case_head(campaign, level, 0, stream);
		fputs("</testcase>\n", stream);
	}
	fputs("    <system-out></system-out>\n    <system-err></system-err>\n  </testsuite>\n",
		stream);
	return r;
}

int sql_report_junit(struct sql_campaign *const *campaigns, size_t count, FILE *stream)
{
	int r = 0;

	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n", stream);
	for (size_t i = 0; i < count && r == 0; i++) {
		const struct sql_campaign *campaign = campaigns[i];
		struct text name = { 0 };

		text_add_string(&name, campaign->spec->name);
		if (count > 1)
			text_addf(&name, " on %s", spec_engine_name(campaign->engine->ops->id));
		r = write_suite(campaign, i, name.text, stream);
		text_release(&name);
	}
	fputs("</testsuites>\n", stream);
	return ferror(stream) ? -EIO : r;
}
