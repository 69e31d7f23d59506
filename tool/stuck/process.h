/* SPDX-License-Identifier: Apache-2.0 */
/* A snapshot of a live process. */
#ifndef WEFT_TOOL_STUCK_PROCESS_H
#define WEFT_TOOL_STUCK_PROCESS_H

#include "tool/diag.h"
#include "tool/stuck/snapshot.h"

/* Returns 0, or a negative errno with `diag`, which says what to do. The caller frees. */
int process_snapshot(pid_t pid, struct stuck_snapshot **ret_snapshot, struct diag *diag);

#endif
