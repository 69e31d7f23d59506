/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An index from addresses to whatever owns them: compilation units, functions, ELF symbols,
 * variables. Ranges may nest and repeat; the one that starts last wins, among those with the
 * same start the narrowest, among equals the one with the highest owner.
 */
#ifndef WEFT_TOOL_SYMBOL_CODE_RANGES_H
#define WEFT_TOOL_SYMBOL_CODE_RANGES_H

#include <stddef.h>
#include <stdint.h>

struct code_range {
	uint64_t start;
	uint64_t end;	/* exclusive */
	uint64_t reach; /* the highest end up to here: where a search may stop */
	uint32_t owner;
};

/* Zeroed: empty. */
struct code_ranges {
	struct code_range *items;
	size_t count;
	size_t capacity;
};

/* Empty ranges are left out. Returns 0 or -ENOMEM. */
int code_ranges_add(struct code_ranges *ranges, uint64_t start, uint64_t end, uint32_t owner);

/* To be called after the last add and before the first find. */
void code_ranges_sort(struct code_ranges *ranges);

/* NULL if no range holds `address`. */
const struct code_range *code_ranges_find(const struct code_ranges *ranges, uint64_t address);

void code_ranges_release(struct code_ranges *ranges);

#endif
