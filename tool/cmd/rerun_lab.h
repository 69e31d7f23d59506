/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an execution of a schedule is compared with: what the file says that it showed, for some
 * kinds of findings a judge, for operations that are not atomic all serial executions.
 */
#ifndef WEFT_TOOL_CMD_RERUN_LAB_H
#define WEFT_TOOL_CMD_RERUN_LAB_H

#include "tool/analysis/finding.h"
#include "tool/cmd/rerun.h"
#include "tool/search/atomicity.h"

/* Points into itself: not to be copied. */
struct rerun_lab {
	struct finding_lab lab; /* with a server that has been started */
	struct finding_expectation expectation;
	struct finding_judge judge;
	struct serial_search serial;
};

/*
 * Starts the server of a prepared rerun, and runs what has to be known of the program first.
 * Returns 0 or a negative errno with `diag`; release it in either case.
 */
int rerun_lab_open(struct rerun_lab *lab, const struct rerun *rerun, struct diag *diag);
void rerun_lab_release(struct rerun_lab *lab);

#endif
