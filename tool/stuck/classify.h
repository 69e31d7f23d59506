/* SPDX-License-Identifier: Apache-2.0 */
/* From a thread's system call and stack to what it waits for. */
#ifndef WEFT_TOOL_STUCK_CLASSIFY_H
#define WEFT_TOOL_STUCK_CLASSIFY_H

#include "tool/stuck/descriptor.h"
#include "tool/stuck/wait.h"
#include "tool/symbol/symbols.h"

struct classifier {
	const struct stuck_snapshot *snapshot;
	struct symbols *symbols;
	struct descriptors descriptors;
};

void classify_thread(struct classifier *classifier, size_t thread,
	const struct stuck_stack *stack, struct stuck_wait *ret_wait);

#endif
