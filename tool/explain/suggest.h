/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Would the remedy of an explanation have helped? The program is executed under many schedules
 * with the scheduler bound to it: stretches are not interrupted, one operation waits for the
 * other. A remedy under which anything fails is not worth telling.
 */
#ifndef WEFT_TOOL_EXPLAIN_SUGGEST_H
#define WEFT_TOOL_EXPLAIN_SUGGEST_H

#include "tool/analysis/verify.h"
#include "tool/explain/inquiry.h"

/* Executions with the remedy, and as many without. */
#define SUGGEST_EXECUTIONS 200
/* Fewer, for a program so slow that time was up, prove nothing. */
#define SUGGEST_EXECUTIONS_MIN 20

/*
 * Tries the remedy. Returns 1 when all executions passed: then `suggestion` and its counts are
 * filled; 0 when not, or there is no remedy; or a negative errno.
 */
int suggest_try(struct examiner *examiner, struct inquiry *inquiry,
	struct explanation *explanation, struct diag *diag);

#endif
