/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The static and global variables of one module by address, from its DWARF; built once, by a
 * walk over all compilation units. Addresses are the DWARF's own.
 */
#ifndef WEFT_TOOL_SYMBOL_DATA_INDEX_H
#define WEFT_TOOL_SYMBOL_DATA_INDEX_H

#include <elfutils/libdw.h>
#include <stdint.h>

#include "tool/symbol/unit.h"

struct data_index;

struct variable {
	Dwarf_Die die;
	uint64_t start;
	struct unit *unit;
};

/* NULL if there is no memory. */
struct data_index *data_index_new(struct units *units);
void data_index_free(struct data_index *index);

/* The variable that holds `address`, or NULL. */
struct variable *data_index_find(struct data_index *index, uint64_t address);

#endif
