/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of static and global variables by address, and of the part of them that is meant: by
 * debug information as the program would write it ("table[2].count"), else by ELF symbol and
 * offset
 * ("table+40"). Types of the system are not opened up: a mutex is "lock", not
 * "lock.__data.__lock".
 */
#ifndef WEFT_TOOL_SYMBOL_DATA_H
#define WEFT_TOOL_SYMBOL_DATA_H

#include <stddef.h>
#include <stdint.h>

#include "tool/symbol/symbols.h"

/*
 * Writes the name, cut off at `size` bytes with its zero. Returns 0, or -ENOENT for an address
 * that is no variable's: the heap, a stack, thread-local storage.
 */
int symbols_data(struct symbols *symbols, uint64_t address, char *name, size_t size);

#endif
