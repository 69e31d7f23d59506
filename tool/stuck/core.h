/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A snapshot from a core file, as the kernel or gcore writes it: registers from its NT_PRSTATUS
 * notes, mapped files from NT_FILE, memory from its segments; see core(5) and elf(5). What a
 * core file has not: descriptors, names of threads, handlers of signals.
 */
#ifndef WEFT_TOOL_STUCK_CORE_H
#define WEFT_TOOL_STUCK_CORE_H

#include "tool/diag.h"
#include "tool/stuck/snapshot.h"

/*
 * `program` replaces the path of the executable, for a core file from elsewhere; or NULL.
 * `path` is borrowed for the life of the snapshot. Returns 0, or a negative errno with `diag`.
 */
int core_snapshot(const char *path, const char *program, struct stuck_snapshot **ret_snapshot,
	struct diag *diag);

/* The same of bytes in memory, which the snapshot only borrows. */
int core_parse(const uint8_t *bytes, size_t size, const char *program,
	struct stuck_snapshot *snapshot, struct diag *diag);

#endif
