/* SPDX-License-Identifier: Apache-2.0 */
/* A judge for weft_assert_sometimes(): was a condition looked at, and never true? */
#ifndef WEFT_TOOL_ANALYSIS_NEVER_TRUE_H
#define WEFT_TOOL_ANALYSIS_NEVER_TRUE_H

#include "tool/analysis/finding.h"

/* `condition`: hash_string() of its text. */
void never_true_judge_init(struct finding_judge *judge, uint64_t condition);

#endif
