/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a recorded execution to a struct schedule: what was run under which settings, and the
 * decisions that differed from the default, by source locations.
 */
#ifndef WEFT_TOOL_ANALYSIS_DRAFT_H
#define WEFT_TOOL_ANALYSIS_DRAFT_H

#include "tool/launch/server.h"
#include "tool/symbol/symbols.h"
#include "tool/trace/recording.h"
#include "tool/trace/schedule.h"

/* The command and the settings; without decisions. NULL when memory is exhausted. */
struct schedule *draft_settings(const struct server_setup *setup);

/*
 * Adds the decisions of the recording, and of the locations only those that they name. Returns
 * 0 or a negative errno.
 */
int draft_decisions(
	struct schedule *schedule, const struct recording *recording, struct symbols *symbols);

#endif
