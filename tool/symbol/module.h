/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One file that the process had mapped: its ELF, symbols and compilation units, each read when
 * first needed. For this folder only.
 *
 * Three ways of counting addresses meet here: run-time addresses, as the process had them; the
 * module's ELF addresses (run-time minus `bias`); those of its DWARF (run-time minus
 * `dwarf_bias`), which differ in prelinked files only.
 */
#ifndef WEFT_TOOL_SYMBOL_MODULE_H
#define WEFT_TOOL_SYMBOL_MODULE_H

#include <elfutils/libdwfl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/symbol/arena.h"
#include "tool/symbol/elf_symbols.h"
#include "tool/symbol/maps.h"
#include "tool/symbol/unit.h"

struct module {
	const char *path;
	const char *name; /* last component */
	uint64_t start;
	uint64_t end;	     /* of what is mapped from the file */
	uint64_t memory_end; /* with .bss; like `end` until opened */
	uint64_t file_offset;
	bool is_deleted;
	bool is_system;	 /* a library of the system or of weft */
	bool is_runtime; /* weft's own */
	bool is_opened;
	bool has_symbols;
	bool has_units;
	Dwfl_Module *dwfl;
	Elf *elf; /* NULL: no file, or not the one that was mapped */
	uint64_t bias;
	uint64_t dwarf_bias;
	const char *build_id;
	struct elf_symbols symbols;
	struct units units;
	struct data_index *data; /* see data_index.h; NULL until needed */
};

/* `module->dwfl` is left to the caller. */
void module_init(struct module *module, const struct mapped_file *file);
void module_release(struct module *module);

/* Is that what weft's runtime is called? `name` is the last component of a path. */
bool module_is_runtime(const char *name);

/* Finds the ELF file and fills what depends on it. Cheap after the first time. */
void module_open(struct module *module, struct arena *arena);

/* `address` as the module's ELF counts it. */
uint64_t module_offset(struct module *module, struct arena *arena, uint64_t address);

/* The compilation units; empty without debug information. */
struct units *module_units(struct module *module, struct arena *arena);

/* The ELF symbol at a run-time address, or NULL. */
const struct elf_symbol *module_symbol(
	struct module *module, struct arena *arena, uint64_t address);

/*
 * Reads 8 bytes at a run-time address from a segment that the program can't write, so that the
 * file still has what the memory had.
 */
bool module_read(struct module *module, uint64_t address, uint64_t *ret_value);

#endif
