/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ELF symbols of one module (.symtab, also of a separate debug file or .gnu_debugdata, else
 * .dynsym) by address: what names code and data where DWARF has nothing.
 */
#ifndef WEFT_TOOL_SYMBOL_ELF_SYMBOLS_H
#define WEFT_TOOL_SYMBOL_ELF_SYMBOLS_H

#include <elfutils/libdwfl.h>
#include <stdint.h>

#include "tool/symbol/code_ranges.h"

struct elf_symbol {
	const char *name; /* as in the file: mangled, maybe with "@VERSION" */
	uint64_t start;
	uint64_t end;
	uint32_t preference; /* of several names for one place: the higher one is the better
				known */
};

/* Zeroed: empty. */
struct elf_symbols {
	struct elf_symbol *items;
	size_t count;
	struct code_ranges ranges;
};

/* Reads the symbols below `end`, the module's. Returns 0 or -ENOMEM. */
int elf_symbols_load(struct elf_symbols *symbols, Dwfl_Module *module, uint64_t end);

/* NULL if none holds `address`. */
const struct elf_symbol *elf_symbols_find(const struct elf_symbols *symbols, uint64_t address);

void elf_symbols_release(struct elf_symbols *symbols);

#endif
