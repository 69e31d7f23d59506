/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paths of source files as debug information has them, made comparable and fit for display.
 * Purely lexical: the files need not be here.
 */
#ifndef WEFT_TOOL_SYMBOL_SOURCE_PATH_H
#define WEFT_TOOL_SYMBOL_SOURCE_PATH_H

#include <stdbool.h>

#include "tool/symbol/arena.h"

/*
 * `path`, below `directory` unless that is NULL, without ".", and without ".." where what that
 * leaves is known. NULL: no memory.
 */
char *source_path_clean(struct arena *arena, const char *directory, const char *path);

/*
 * The part of `path` that stays the same wherever the project is checked out: what comes after
 * the deepest directory that also holds `compile_directory`. If they share none:
 * without the system's include directory, or only the last component. Points into `path`.
 */
const char *source_path_short(const char *path, const char *compile_directory);

/* Does a header or source of the system's or the compiler's live there? */
bool source_path_is_system(const char *path);

const char *path_last_component(const char *path);

#endif
