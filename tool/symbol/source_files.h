/* SPDX-License-Identifier: Apache-2.0 */
/* The file table of one compilation unit, with paths in the forms that weft shows. */
#ifndef WEFT_TOOL_SYMBOL_SOURCE_FILES_H
#define WEFT_TOOL_SYMBOL_SOURCE_FILES_H

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stddef.h>

#include "tool/symbol/arena.h"

struct source_file {
	const char *path;
	const char *short_path;
	bool is_system;
};

/* Zeroed: empty. */
struct source_files {
	Dwarf_Files *table;
	struct source_file **files; /* by index; NULL until asked for */
	size_t count;
	const char *directory; /* where the compiler ran; empty: not known */
	struct arena *arena;
};

/* `unit` is the DIE of a compilation unit. Without a table, or memory for it, it stays empty.
 */
void source_files_open(struct source_files *files, Dwarf_Die *unit, struct arena *arena);

/* By an index as line tables and DW_AT_call_file have it. NULL: no such file. */
const struct source_file *source_files_get(struct source_files *files, size_t index);

#endif
