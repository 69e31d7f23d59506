/* SPDX-License-Identifier: Apache-2.0 */
/* What is copied of a stopped process: the stacks, and what system calls were given pointers
 * to. */
#ifndef WEFT_TOOL_STUCK_MEMORY_COPY_H
#define WEFT_TOOL_STUCK_MEMORY_COPY_H

#include "tool/stuck/snapshot.h"

/* Of one stack; frames further out are not seen. */
#define STACK_SIZE_MAX (256 * 1024)

/*
 * Fills the chunks from the live process; threads and mappings are given. What cannot be read
 * is left out. Returns 0 or -ENOMEM.
 */
int memory_copy(struct stuck_snapshot *snapshot);

#endif
