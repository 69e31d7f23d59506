/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The databases' client libraries, loaded when one is needed, so that weft builds and runs
 * without them. Each is a struct of pointers to the functions that are used, filled from a
 * list.
 */
#ifndef WEFT_TOOL_SQL_ENGINE_LIBRARY_H
#define WEFT_TOOL_SQL_ENGINE_LIBRARY_H

#include <stddef.h>

#include "tool/diag.h"

struct library_symbol {
	const char *name;
	size_t offset; /* of its pointer in the struct */
};

/*
 * Loads the first of `files` (ends with NULL) that there is and fills `ret_functions`; a symbol
 * without name ends the list. -ENOENT with a line that says which package is missing. It stays
 * loaded.
 */
int library_load(const char *const *files, const char *package,
	const struct library_symbol *symbols, void *ret_functions, struct diag *diag);

#endif
