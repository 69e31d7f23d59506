/* SPDX-License-Identifier: Apache-2.0 */
/* The table of /proc/locks: who holds the file lock that a process waits for. */
#ifndef WEFT_TOOL_STUCK_LOCK_TABLE_H
#define WEFT_TOOL_STUCK_LOCK_TABLE_H

#include <sys/types.h>

/*
 * The process that holds what `waiter` waits for. Returns 0, or -ENOENT: it is not there, there
 * are several, or the holder is no process that can be seen from here.
 */
int lock_find_holder(const char *text, pid_t waiter, pid_t *ret_holder);

#endif
