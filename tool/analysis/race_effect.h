/* SPDX-License-Identifier: Apache-2.0 */
/* What a race does to the outcome of the program, for its finding. */
#ifndef WEFT_TOOL_ANALYSIS_RACE_EFFECT_H
#define WEFT_TOOL_ANALYSIS_RACE_EFFECT_H

#include "tool/analysis/finding.h"

/*
 * Runs both orders of the accesses of a finding that is a race, and fills its `effect`,
 * `effect_words` and `consequence`. Returns 0 or a negative errno.
 */
int race_effect_find(const struct finding_lab *lab, struct finding *finding, struct diag *diag);

#endif
