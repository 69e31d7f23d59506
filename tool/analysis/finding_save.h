/* SPDX-License-Identifier: Apache-2.0 */
/* A finding's schedule into its file, NAME.weft in the lab's folder. */
#ifndef WEFT_TOOL_ANALYSIS_FINDING_SAVE_H
#define WEFT_TOOL_ANALYSIS_FINDING_SAVE_H

#include "tool/analysis/finding.h"

/*
 * Completes the schedule by what found it and what it shows, and writes it. A file that can't
 * be written is no error: `unsaved` then says why. Returns 0 or -ENOMEM.
 */
int finding_save(const struct finding_lab *lab, const struct finding_failure *failure,
	struct finding *finding);

#endif
