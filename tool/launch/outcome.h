/* SPDX-License-Identifier: Apache-2.0 */
/* Making an outcome of what an execution left behind; used by the server only. */
#ifndef WEFT_TOOL_LAUNCH_OUTCOME_H
#define WEFT_TOOL_LAUNCH_OUTCOME_H

#include "tool/launch/region.h"
#include "tool/launch/server.h"
#include "tool/launch/watchdog.h"

struct outcome_source {
	const struct region *region;
	const struct watchdog *watchdog;
	int output_fd;
	bool hash_output;
};

/* Fills the outcome, which the caller releases. Returns 0 or -ENOMEM. */
int outcome_fill(const struct outcome_source *source, int wait_status, bool lost,
	struct server_outcome *ret_outcome);

/*
 * An execution that stalled in a system call which the program makes by an instruction of its
 * own is none that weft can judge: others may have been meant to end that call. Its verdict
 * becomes WIRE_VERDICT_UNSUPPORTED. Those made by the C library are not meant: it is its caller
 * who waits. `modules` is the execution's image.
 */
void outcome_check_control(struct server_outcome *outcome, const struct modules *modules);

#endif
