/* SPDX-License-Identifier: Apache-2.0 */
/* The stacks of a snapshot's threads. */
#ifndef WEFT_TOOL_STUCK_STACK_H
#define WEFT_TOOL_STUCK_STACK_H

#include "tool/stuck/snapshot.h"
#include "tool/symbol/symbols.h"

/* Frames further out are left off. */
#define STUCK_FRAMES_MAX 256

/* A thread's stack, innermost first. The frames are the caller's to free. */
struct stuck_stack {
	struct symbol_frame *frames;
	size_t count;
};

/*
 * An empty stack for a thread without registers. Returns 0 or -ENOMEM.
 */
int stack_unwind(const struct stuck_snapshot *snapshot, struct symbols *symbols, size_t thread,
	struct stuck_stack *ret_stack);

#endif
