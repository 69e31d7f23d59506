/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people call a function or variable: qualified, demangled, without parameters, and the
 * same whether it is inlined or not, since the name is a stable coordinate of schedules.
 */
#ifndef WEFT_TOOL_SYMBOL_FUNCTION_NAME_H
#define WEFT_TOOL_SYMBOL_FUNCTION_NAME_H

#include <elfutils/libdw.h>

#include "tool/symbol/arena.h"
#include "tool/symbol/pointer_map.h"

struct name_cache {
	struct arena *arena;
	struct pointer_map names; /* by the address of the defining entry */
};

/* The name of a DIE, or NULL if it has none. Lives as long as the arena. */
const char *die_name(struct name_cache *cache, Dwarf_Die *die);

/*
 * An ELF symbol's name, demangled if it is mangled, without its version and what compilers
 * append
 * ("transfer.constprop.0" is "transfer"). NULL: no memory.
 */
const char *elf_symbol_name(struct name_cache *cache, const char *symbol);

#endif
