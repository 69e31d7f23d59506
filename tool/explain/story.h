/* SPDX-License-Identifier: Apache-2.0 */
/* The explanation in a finding's own words, for reports: see explain.h for the whole of it. */
#ifndef WEFT_TOOL_EXPLAIN_STORY_H
#define WEFT_TOOL_EXPLAIN_STORY_H

#include "tool/analysis/finding.h"

/*
 * Explains a failure that replays, and leaves kind, title, sentence and suggestion in it;
 * nothing where no pattern fits, and for findings that say all themselves (races, misuses,
 * predictions). Returns 0 or a negative errno.
 */
int story_add(const struct finding_lab *lab, struct finding *finding, struct diag *diag);

#endif
