/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values of memory as the program would write them: by the type of the variable that is there,
 * or as plain numbers where that is not known. No address is written: pointers are NULL, the
 * variable they point to, or left out.
 */
#ifndef WEFT_TOOL_SYMBOL_VALUE_H
#define WEFT_TOOL_SYMBOL_VALUE_H

#include <stddef.h>
#include <stdint.h>

#include "tool/symbol/symbols.h"

/*
 * How many bytes the part of a static variable that begins at `address` has, up to 8; 0 when
 * none begins there, or it is no number or pointer.
 */
uint32_t symbols_data_size(struct symbols *symbols, uint64_t address);

/*
 * Writes `value`, `bytes` wide (1 to 8), which was seen at `address`. Returns 0, or -ENOENT
 * when nothing can be said of it that is the same in each process.
 */
int symbols_value(struct symbols *symbols, uint64_t address, uint64_t value, uint32_t bytes,
	char *text, size_t size);

#endif
