/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a thread waits for in a futex call: which of glibc's objects the word belongs to, and
 * who holds it. glibc's debug information is not needed: the function on the stack says what
 * kind of object it is, and what stands around the word must be such an object, or it is only
 * called a futex word. Layouts: sysdeps/nptl/bits/ of glibc 2.34 to 2.41 for x86-64.
 */
#ifndef WEFT_TOOL_STUCK_GLIBC_SYNC_H
#define WEFT_TOOL_STUCK_GLIBC_SYNC_H

#include "tool/stuck/wait.h"
#include "tool/symbol/symbols.h"

/* Fills `wait`, but for its timeout; `call` is a CALL_FUTEX. */
void glibc_sync_wait(const struct stuck_snapshot *snapshot, struct symbols *symbols,
	const struct stuck_call *call, const struct stuck_stack *stack,
	struct stuck_wait *wait);

#endif
