/* SPDX-License-Identifier: Apache-2.0 */
/* An execution that passed, to compare a failure with. */
#ifndef WEFT_TOOL_EXPLAIN_PASSING_H
#define WEFT_TOOL_EXPLAIN_PASSING_H

#include "tool/analysis/finding.h"
#include "tool/analysis/verify.h"

/*
 * Records one in which the accesses of the finding's recording are points, too: the sequential
 * one, or the first that passes of some more, as long as there is time. NULL in `ret_recording`
 * when none did. Returns 0 or a negative errno.
 */
int passing_find(struct examiner *examiner, const struct finding *finding,
	struct recording **ret_recording, struct diag *diag);

/* The code addresses of all accesses in a recording, sorted. The caller frees them. Returns 0
 * or -ENOMEM. */
int passing_points(const struct recording *recording, uint64_t **ret_points, size_t *ret_count);

#endif
