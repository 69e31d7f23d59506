/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A function and what was inlined into it, as a flat tree: each scope is followed by those
 * inside of it. Addresses are the DWARF's own.
 */
#ifndef WEFT_TOOL_SYMBOL_SCOPES_H
#define WEFT_TOOL_SYMBOL_SCOPES_H

#include <elfutils/libdw.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/symbol/source_files.h"

struct scope {
	Dwarf_Die die;
	const struct source_file *call_file; /* where it was called if it is inlined; or NULL */
	uint32_t call_line;
	uint32_t call_column;
	uint32_t depth; /* 0: the function itself */
	uint32_t range_count;
	size_t first_range;
};

struct scope_range {
	uint64_t start;
	uint64_t end;
};

/* Zeroed: empty. */
struct scopes {
	struct scope *items;
	size_t count;
	size_t capacity;
	struct scope_range *ranges;
	size_t range_count;
	size_t range_capacity;
};

/* Reads the tree of `function`; `files` is its unit's table. Returns 0 or -ENOMEM. */
int scopes_load(struct scopes *scopes, Dwarf_Die *function, struct source_files *files);

/*
 * The scopes that hold `address`, outermost first; the function itself is taken to. Returns how
 * many were stored in `chain`.
 */
size_t scopes_at(
	const struct scopes *scopes, uint64_t address, struct scope **chain, size_t max);

void scopes_release(struct scopes *scopes);

#endif
