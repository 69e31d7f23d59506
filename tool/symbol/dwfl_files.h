/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where dwfl finds files: the module at its path, its debug information by build-id under
 * /usr/lib/debug, by .gnu_debuglink beside it, in .debug/ or under /usr/lib/debug. libdwfl's
 * standard callbacks do the same but also ask debuginfod servers, which weft never does.
 */
#ifndef WEFT_TOOL_SYMBOL_DWFL_FILES_H
#define WEFT_TOOL_SYMBOL_DWFL_FILES_H

#include <elfutils/libdwfl.h>

/* The user data of each Dwfl_Module must be its struct module. */
extern const Dwfl_Callbacks dwfl_files_callbacks;

#endif
