/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kinds of findings as a reader meets them: one table, from which all reports take their
 * titles and severities and with which docs/findings.md must agree. A kind of enum finding_kind
 * without a line here fails a test.
 */
#ifndef WEFT_TOOL_REPORT_RULES_H
#define WEFT_TOOL_REPORT_RULES_H

#include <stddef.h>

#include "tool/analysis/finding.h"

enum severity {
	SEVERITY_ERROR,	  /* seen in an execution, and wrong for certain */
	SEVERITY_WARNING, /* seen, but it may be meant, or could not be had again */
	SEVERITY_NOTE,	  /* predicted, not seen */
};

struct rule {
	const char *name;	 /* finding_kind_name() */
	const char *title;	 /* a few words, for headings */
	const char *description; /* what it means, in whole sentences */
	enum severity severity;
};

/* All rules, in the order in which they are listed. */
const struct rule *rules_all(size_t *ret_count);

/* The rule of that name, or NULL. */
const struct rule *rule_by_name(const char *name);

/* The rule of a finding's kind. Every kind but FINDING_NONE has one. */
const struct rule *rule_of(enum finding_kind kind);

/* Its place in rules_all(). */
size_t rule_index(const struct rule *rule);

/* That of the rule, but no more than a warning for what was not had again. */
enum severity finding_severity(const struct finding *finding);

/* "error", "warning", "note": the names of SARIF, which the JSON has, too. */
const char *severity_name(enum severity severity);

#endif
