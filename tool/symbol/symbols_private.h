/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of symbolisation share; for this folder only. */
#ifndef WEFT_TOOL_SYMBOL_SYMBOLS_PRIVATE_H
#define WEFT_TOOL_SYMBOL_SYMBOLS_PRIVATE_H

#include <elfutils/libdwfl.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/symbol/arena.h"
#include "tool/symbol/function_name.h"
#include "tool/symbol/module.h"
#include "tool/symbol/pointer_map.h"
#include "tool/symbol/symbols.h"

/* The stack being unwound: served to dwfl as the process's memory. */
struct snapshot {
	uint64_t pc;
	uint64_t sp;
	uint64_t rbp, rbx, r12, r13, r14, r15;
	const uint8_t *bytes; /* from sp upwards */
	uint64_t size;
};

struct symbols {
	struct arena arena;
	Dwfl *dwfl;
	struct module *modules; /* by ascending address */
	size_t module_count;
	struct name_cache names;
	struct pointer_map frames; /* struct cached_frames by pc */
	struct snapshot snapshot;
	uint32_t more_owners;
	bool is_attached; /* dwfl serves `snapshot` */
};

/* The module whose mapped file holds `address`, or NULL. */
struct module *symbols_find_module(struct symbols *symbols, uint64_t address);

/* The last module that starts at or below `address`, or NULL. */
struct module *symbols_module_below(struct symbols *symbols, uint64_t address);

#endif
