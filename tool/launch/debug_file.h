/* SPDX-License-Identifier: Apache-2.0 */
/* Where the DWARF of a stripped file lies: in /usr/lib/debug by build id, or beside by its
 * link. */
#ifndef WEFT_TOOL_LAUNCH_DEBUG_FILE_H
#define WEFT_TOOL_LAUNCH_DEBUG_FILE_H

#include <stdbool.h>

#include "tool/launch/elf_facts.h"

/* Looks for it, by gdb's rules. Fills `ret` (PATH_MAX bytes), which is empty if it returns
 * false. */
bool debug_file_find(const char *path, const struct elf_facts *facts, char *ret);

#endif
