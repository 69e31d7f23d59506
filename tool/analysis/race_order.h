/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does a race change anything? From a schedule in which one access came before the other, those
 * are made in which it comes after, and the outcomes are compared.
 */
#ifndef WEFT_TOOL_ANALYSIS_RACE_ORDER_H
#define WEFT_TOOL_ANALYSIS_RACE_ORDER_H

#include "tool/analysis/verify.h"

struct race_order {
	bool driven; /* the accesses were seen in the other order */
	bool same_output;
	bool same_ending; /* verdict and exit status */
	/* An execution that failed, for struct finding_failure; NONE: all passed. */
	enum finding_kind kind;
	bool fails_in_both; /* in each order, and in the same way */
	uint64_t hash;
	struct wire_decision *decisions;
	size_t decision_count;
	struct wire_location *locations;
	size_t location_count;
	uint64_t *points;
	size_t point_count;
};

/*
 * `recording` is about a race, whose accesses are scheduling points in it. Returns 0 or a
 * negative errno; release `ret_order`.
 */
int race_order_drive(struct examiner *examiner, const struct recording *recording,
	struct race_order *ret_order, struct diag *diag);

void race_order_release(struct race_order *order);

#endif
