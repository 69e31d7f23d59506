/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Towards a predicted deadlock: each thread of the cycle is kept right in front of the lock
 * that it wants, holding the one that it has, until all of them stand there.
 */
#ifndef WEFT_TOOL_ANALYSIS_LOCK_DRIVE_H
#define WEFT_TOOL_ANALYSIS_LOCK_DRIVE_H

#include "tool/analysis/verify.h"

/* An execution that failed on the way, for struct finding_failure. */
struct lock_drive {
	enum finding_kind kind; /* NONE: it was not to be had */
	uint64_t hash;
	struct wire_decision *decisions;
	size_t decision_count;
	struct wire_location *locations;
	size_t location_count;
};

/*
 * `recording` is one in which the cycle was found; its decisions are where the drive sets out.
 * Returns 0 or a negative errno; release `ret_drive`.
 */
int lock_drive(struct examiner *examiner, const struct recording *recording,
	const struct lock_cycle *cycle, struct lock_drive *ret_drive, struct diag *diag);
void lock_drive_release(struct lock_drive *drive);

#endif
