/* SPDX-License-Identifier: Apache-2.0 */
/* What was found with one file on one engine, for people and for programs. */
#ifndef WEFT_TOOL_SQL_REPORT_REPORT_H
#define WEFT_TOOL_SQL_REPORT_REPORT_H

#include <stdio.h>

#include "tool/report/report.h"
#include "tool/sql/run/campaign.h"

/* docs/json.md: raised when a field changes its meaning or goes. */
#define SQL_JSON_VERSION 1

/* Everything; `color` as in the other commands. */
void sql_report_text(
	const struct sql_campaign *campaign, enum report_color color, FILE *stream);

/* One finding: its name, its reason, its schedule in columns, its data, how to replay it. */
void sql_report_finding(const struct sql_campaign *campaign, const struct sql_finding *finding,
	enum report_color color, FILE *stream);

/* All findings; those whose shortest execution is the same share its columns. */
void sql_report_findings(
	const struct sql_campaign *campaign, enum report_color color, FILE *stream);

/*
 * One campaign, or one for each engine of the file: then a JSON array, and a test suite for
 * each. Both return 0, or a negative errno.
 */
int sql_report_json(struct sql_campaign *const *campaigns, size_t count, FILE *stream);
int sql_report_junit(struct sql_campaign *const *campaigns, size_t count, FILE *stream);

/* The reason in one sentence. */
void sql_finding_reason(const struct sql_campaign *campaign, const struct sql_finding *finding,
	struct text *text);

#endif
