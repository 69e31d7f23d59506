/* SPDX-License-Identifier: Apache-2.0 */
/* What an address in the process is called. */
#ifndef WEFT_TOOL_STUCK_OBJECT_NAME_H
#define WEFT_TOOL_STUCK_OBJECT_NAME_H

#include "tool/stuck/snapshot.h"
#include "tool/symbol/symbols.h"

#define OBJECT_NAME_SIZE 192

/* "thread 12 (worker)" */
const char *thread_name(
	const struct stuck_snapshot *snapshot, size_t thread, char name[OBJECT_NAME_SIZE]);

/*
 * "'accounts[3].lock'", or "at 0x7f12 on the stack of thread 12 (worker)", or "at 0x5581 in
 * memory without a name", the heap for example.
 */
const char *object_name(const struct stuck_snapshot *snapshot, struct symbols *symbols,
	uint64_t address, char name[OBJECT_NAME_SIZE]);

#endif
