/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What came out of an execution that ended by itself: its exit status, its output, and for each
 * observed name the values in the order of the calls; names are independent of one another.
 * Equal outcomes have equal identities, in every process and on every machine.
 */
#ifndef WEFT_TOOL_ANALYSIS_OUTCOME_H
#define WEFT_TOOL_ANALYSIS_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/analysis/finding.h"
#include "tool/analysis/pc_map.h"

/* Whether an outcome needs a preemption. */
enum outcome_need {
	OUTCOME_WITHOUT,  /* an execution without one gave it */
	OUTCOME_UNSEEN,	  /* none of those that were tried did */
	OUTCOME_NEEDS_ONE /* none of all there are does */
};

/* An identity in the making. The values of one name are in order, the names in any. */
struct identity {
	uint64_t *sequences; /* by name: a hash over its values */
	uint64_t *keys;
	size_t count;
	struct pc_map numbers; /* key to number */
	uint64_t base;
	bool failed; /* no memory */
};

void identity_begin(struct identity *identity, int exit_status, uint64_t output_hash);
void identity_add_value(struct identity *identity, uint64_t key, int64_t value);
void identity_add_text(struct identity *identity, uint64_t key, const char *text);
/* All values of a name at once, as identity_sequence() gave it. */
void identity_set_sequence(struct identity *identity, uint64_t key, uint64_t sequence);
uint64_t identity_sequence(const struct identity *identity, uint64_t key);

/* Releases it and returns the identity; 0: no memory. */
uint64_t identity_end(struct identity *identity);

/* Of a name, for the functions above. */
uint64_t identity_key(const char *name);

/* Needs the outcome's output hash. 0: no memory. */
uint64_t outcome_identity(const struct server_outcome *outcome);

/* A judge that says whether an execution has the outcome of that identity. */
void outcome_judge_init(struct finding_judge *judge, uint64_t identity);

#endif
