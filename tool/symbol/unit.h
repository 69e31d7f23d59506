/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The compilation units of one module, with an index over their functions. An index of our own,
 * since .debug_aranges is not written by clang, and since libdw's dwarf_getscopes walks a whole
 * unit for every address. Addresses are the DWARF's own.
 */
#ifndef WEFT_TOOL_SYMBOL_UNIT_H
#define WEFT_TOOL_SYMBOL_UNIT_H

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/symbol/code_ranges.h"
#include "tool/symbol/function_name.h"
#include "tool/symbol/scopes.h"
#include "tool/symbol/source_files.h"
#include "tool/symbol/symbols.h"

struct function {
	Dwarf_Die die;
	struct scopes scopes; /* empty until first needed */
};

struct unit {
	Dwarf_Die line_die; /* has the line table; differs from `die` with -gsplit-dwarf */
	Dwarf_Die die;	    /* has the functions */
	bool is_split;
	bool has_functions;
	bool has_files;
	struct function *functions;
	size_t function_count;
	size_t function_capacity;
	struct code_ranges ranges; /* owner: number of the function */
	struct source_files line_files;
	struct source_files call_files; /* of a split unit */
	struct arena *arena;
};

/* Zeroed: none. */
struct units {
	struct unit *items;
	size_t count;
	size_t capacity;
	struct code_ranges ranges; /* owner: number of the unit */
};

/* Returns 0 or -ENOMEM. `arena` gets the paths. */
int units_load(struct units *units, Dwarf *dwarf, struct arena *arena);
void units_release(struct units *units);

/* The unit whose code is at `address`, or NULL. */
struct unit *units_find(struct units *units, uint64_t address);

/* Reads the functions, or the file tables, if that was not done yet. Returns 0 or -ENOMEM. */
int unit_load_functions(struct unit *unit);
void unit_load_files(struct unit *unit);

/* Functions are handed out with their scopes. NULL: none there, or no memory. */
struct function *unit_function_at(struct unit *unit, uint64_t address);
struct function *unit_function(struct unit *unit, size_t number);

/*
 * The inline chain at `address`, innermost first: name, place, is_inlined, and is_system by the
 * place; the rest of each frame is left alone. `function` may be NULL: only the line is known
 * then. Returns how many were filled, 0 if nothing is known.
 */
size_t unit_frames(struct unit *unit, struct function *function, struct name_cache *names,
	uint64_t address, struct symbol_frame frames[SYMBOLS_MAX_INLINE]);

#endif
