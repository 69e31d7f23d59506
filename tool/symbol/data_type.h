/* SPDX-License-Identifier: Apache-2.0 */
/* Types of static and global variables by address; between data.c and value.c. */
#ifndef WEFT_TOOL_SYMBOL_DATA_TYPE_H
#define WEFT_TOOL_SYMBOL_DATA_TYPE_H

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stdint.h>

#include "tool/symbol/symbols.h"

/*
 * The type of the innermost part that begins at `address`, without names and qualifiers. False
 * for an address that is no variable's, or lies within a part.
 */
bool data_type_at(struct symbols *symbols, uint64_t address, Dwarf_Die *ret_type);

/* Whether a variable, not only a part of one, begins at `address`. */
bool data_begins_at(struct symbols *symbols, uint64_t address);

#endif
