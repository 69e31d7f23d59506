/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The distinct outcomes of a campaign: how often each came, and the execution with the fewest
 * preemptions that gave it, which is then minimised and saved like a finding.
 */
#ifndef WEFT_TOOL_SEARCH_OUTCOMES_H
#define WEFT_TOOL_SEARCH_OUTCOMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/analysis/outcome.h"
#include "tool/analysis/outcome_line.h"
#include "tool/search/campaign.h"
#include "tool/search/failures.h"

/* Outcomes beyond this are counted, but not told apart. */
#define OUTCOMES_MAX 10000
/* Executions without preemption that are tried: all there are, or as many at random. */
#define OUTCOMES_ENUMERATED 2000
#define OUTCOMES_RANDOM 300

/* An outcome. The owner of everything in it is its struct outcomes. */
struct outcome_row {
	uint64_t identity;
	uint64_t times_seen;	  /* in the campaign */
	uint64_t first_execution; /* of the campaign; 0: seen only when it was enumerated */
	int exit_status;
	uint64_t output_hash;
	uint64_t output_size;
	char *output; /* NULL: too long to be kept */
	uint8_t *observations;
	size_t observations_size;
	enum outcome_need need;
	struct finding *finding; /* NULL: not examined */
	/* The execution that gave it with the fewest preemptions. */
	uint64_t preemptions;
	struct wire_request request;
	uint64_t hash;
	uint64_t duration_ns;
	uint64_t *points;
	size_t point_count;
	uint32_t *prefix;
	size_t prefix_count;
};

/* Zero all but the settings. */
struct outcomes {
	/* Settings, borrowed. Examines; its expectation takes any exit status. */
	struct failures *failures;

	struct outcome_row *rows; /* in the order of discovery until outcomes_finish() */
	size_t count;
	struct pc_map numbers; /* by identity */
	struct modules image;
	bool has_image;
	bool too_many;		/* OUTCOMES_MAX was reached */
	bool values_overflowed; /* in some execution more was observed than fits */
	bool early_asked;	/* waits could have ended early, which was not tried */
	bool all_nonpreemptive; /* all executions without preemption were tried */
	uint64_t nonpreemptive; /* how many were */
	uint64_t nonpreemptive_failures;
	uint64_t unexamined;
	struct finding_expectation expectation; /* while examining */
	struct finding_judge judge;
};

/* For struct campaign_observer.passed. Returns 1 when the outcome is new. */
int outcomes_take(
	struct outcomes *outcomes, const struct campaign_failure *execution, struct diag *diag);

/*
 * After the campaign: tries executions without preemption, examines each outcome, and sorts:
 * the more often first. Returns 0 or a negative errno.
 */
int outcomes_finish(struct outcomes *outcomes, const struct campaign_stats *stats,
	uint64_t seed, struct diag *diag);

/* As it stands in tables and files. The strings are borrowed from the row. */
struct outcome_text outcome_row_text(const struct outcome_row *row, bool brief);

/* The outcome of that identity, or NULL. */
const struct outcome_row *outcomes_find(const struct outcomes *outcomes, uint64_t identity);

void outcomes_release(struct outcomes *outcomes);

#endif
