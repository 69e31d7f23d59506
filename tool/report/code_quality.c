/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A campaign as GitLab's Code Quality report: a JSON array of issues, which merge requests show
 * at their lines. The fields are those that GitLab documents; docs/reports.md describes them.
 */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

#include "tool/report/anchor.h"
#include "tool/report/report.h"
#include "tool/report/rules.h"
#include "tool/report/source_root.h"
#include "tool/report/utf8.h"

/* GitLab's scale is info, minor, major, critical, blocker. */
static const char *gitlab_severity(enum severity severity)
{
	switch (severity) {
	case SEVERITY_ERROR:
		return "critical";
	case SEVERITY_WARNING:
		return "major";
	default:
		return "minor";
	}
}

/* Every issue must have a path: without a source, it is the program's name. */
static char *path_of(const struct report *report, const struct anchor *anchor)
{
	char *path =
		anchor->file ? source_root_relative(report->source_root, anchor->file) : NULL;
	char *clean = utf8_copy(path	       ? path
				: anchor->file ? anchor->file
					       : report_program(report));

	free(path);
	return clean;
}

static json_t *make_issue(const struct report *report, const struct finding *finding)
{
	struct anchor anchor;
	json_t *issue = NULL;
	char *path = NULL, *summary = NULL;

	if (anchor_find(finding, &anchor) < 0)
		return NULL;
	path = path_of(report, &anchor);
	summary = utf8_copy(finding->summary);
	if (path && summary)
		issue = json_pack("{s:o, s:s, s:o, s:s, s:{s:s, s:{s:i}}}", "description",
			json_sprintf("%s: %s", rule_of(finding->kind)->title, summary),
			"check_name", finding_kind_name(finding->kind), "fingerprint",
			json_sprintf("%016llx", (unsigned long long)finding->fingerprint),
			"severity", gitlab_severity(finding_severity(finding)), "location",
			"path", path, "lines", "begin", (int)(anchor.line ? anchor.line : 1));
	free(path);
	free(summary);
	return issue;
}

static int write_code_quality(const struct report *report, FILE *stream)
{
	json_t *issues = json_array();
	int r = 0;

	/* An issue that could not be made is NULL, which is refused. */
	for (size_t i = 0; i < report->finding_count && r == 0; i++)
		if (json_array_append_new(issues, make_issue(report, report->findings[i])) < 0)
			r = -ENOMEM;
	if (r == 0 && json_dumpf(issues, stream, JSON_INDENT(2)) < 0)
		r = -EIO;
	json_decref(issues);
	fputc('\n', stream);
	return r == 0 && ferror(stream) ? -EIO : r;
}

const struct report_ops report_code_quality = { .name = "Code Quality",
	.write = write_code_quality };
