/* SPDX-License-Identifier: Apache-2.0 */
/* JUnit XML: a test case for each isolation level; each finding at it is a failure. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "tool/report/xml.h"
#include "tool/sql/report/report.h"

static uint64_t findings_at(const struct sql_campaign *campaign, enum spec_level level)
{
	uint64_t count = 0;

	for (size_t i = 0; i < campaign->finding_count; i++)
		count += campaign->findings[i]->level == level;
	return count;
}

static int write_failure(
	const struct sql_campaign *campaign, const struct sql_finding *finding, FILE *stream)
{
	struct text reason = { 0 };
	char *details = NULL;
	size_t size;
	FILE *memory = open_memstream(&details, &size);

	if (!memory)
		return -ENOMEM;
	sql_report_finding(campaign, finding, REPORT_COLOR_NEVER, memory);
	fclose(memory);
	sql_finding_reason(campaign, finding, &reason);
	fputs("      <failure", stream);
	xml_write_attribute("type", sql_finding_id(finding), stream);
	xml_write_attribute("message", reason.text, stream);
	fputs(">", stream);
	xml_write_text(details, stream);
	fputs("</failure>\n", stream);
	text_release(&reason);
	free(details);
	return 0;
}

static int write_case(
	const struct sql_campaign *campaign, const struct sql_level *level, FILE *stream)
{
	int r = 0;

	fputs("    <testcase", stream);
	xml_write_attribute("classname", campaign->spec->name, stream);
	xml_write_attribute("name", spec_level_name(level->level), stream);
	fputs(" time=\"0\">\n", stream);
	for (size_t i = 0; i < campaign->finding_count && r == 0; i++)
		if (campaign->findings[i]->level == level->level)
			r = write_failure(campaign, campaign->findings[i], stream);
	fputs("    </testcase>\n", stream);
	return r;
}

int sql_report_junit(const struct sql_campaign *campaign, FILE *stream)
{
	uint64_t failed = 0;
	int r = 0;

	for (size_t i = 0; i < campaign->level_count; i++)
		failed += findings_at(campaign, campaign->levels[i].level) > 0;
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite", stream);
	xml_write_attribute("name", "weft sql", stream);
	fprintf(stream, " tests=\"%zu\" failures=\"%" PRIu64 "\" errors=\"0\" time=\"%.3f\">\n",
		campaign->level_count, failed, (double)campaign->elapsed_ns / 1e9);
	for (size_t i = 0; i < campaign->level_count && r == 0; i++)
		r = write_case(campaign, &campaign->levels[i], stream);
	fputs("  </testsuite>\n</testsuites>\n", stream);
	return ferror(stream) ? -EIO : r;
}
