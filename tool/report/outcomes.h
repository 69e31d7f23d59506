/* SPDX-License-Identifier: Apache-2.0 */
/* What `weft outcomes` shows: a table for people, and JSON (docs/outcomes.md). */
#ifndef WEFT_TOOL_REPORT_OUTCOMES_H
#define WEFT_TOOL_REPORT_OUTCOMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "tool/analysis/outcome.h"
#include "tool/analysis/outcome_line.h"
#include "tool/report/report.h"

#define OUTCOMES_JSON_VERSION 1

/* An outcome, or a failure. */
struct outcomes_row {
	uint64_t identity; /* of a failure: its fingerprint */
	uint64_t times_seen;
	uint64_t first_execution; /* 0: not in the campaign */
	struct outcome_text text; /* of an outcome */
	uint64_t output_size;
	enum outcome_need need;
	const struct finding *finding; /* NULL: it was not examined */
	bool is_failure;
	bool expected; /* listed in the file, if there is one */
};

struct outcomes_report {
	char *const *command;
	const char *strategy;
	uint64_t seed;
	enum wire_carrier carrier;
	enum wire_points points;
	uint64_t executions;
	uint64_t elapsed_ns;
	uint64_t nonpreemptive; /* executions without preemption that were tried besides */
	bool all_nonpreemptive; /* those were all there are */
	bool interrupted;
	uint32_t limits;
	const char *error;
	bool has_expected;
	const struct outcomes_row *rows;
	size_t row_count;
	/* Lines of the file that no outcome was like. */
	const char *const *missing;
	size_t missing_count;
};

/* Both return 0 or a negative errno. */
int outcomes_write_text(
	const struct outcomes_report *report, enum report_color color, FILE *stream);
int outcomes_write_json(const struct outcomes_report *report, FILE *stream);

/* "needs a preemption", or NULL when there is nothing to be said. */
const char *outcome_need_words(enum outcome_need need);

#endif
