/* SPDX-License-Identifier: Apache-2.0 */
/* The number of executions that run at a time, as --jobs and the machine have it. */
#ifndef WEFT_TOOL_CMD_JOBS_H
#define WEFT_TOOL_CMD_JOBS_H

#include <stdint.h>

#include "tool/diag.h"

/*
 * Turns 0 into as many as there are cores, within what the limit on open files allows. Returns
 * 0, or -EMFILE with `diag` filled when it allows fewer than asked for, or none.
 */
int jobs_settle(uint64_t *jobs, struct diag *diag);

#endif
