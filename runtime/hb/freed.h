/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stretches of freed memory that are told by their addresses, not by marks in their granules:
 * of a large block that would be as much shadow as the block was, for memory that hardly anyone
 * touches. They are disjoint and sorted; each belongs to one block.
 */
#ifndef WEFT_RUNTIME_HB_FREED_H
#define WEFT_RUNTIME_HB_FREED_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/core/arena.h"

struct freed_range {
	uint64_t start;
	uint64_t end;
	uint32_t block;
};

struct freed {
	struct freed_range *ranges;
	uint32_t count;
	uint32_t capacity;
	uint64_t low;  /* all lie from here on, */
	uint64_t span; /* in so many bytes; 0: there are none */
};

/* What was there of other ranges is gone. */
void freed_add(struct freed *freed, struct arena *arena, struct freed_range range);

/* Those bytes are freed no longer; of a range that holds others as well these stay. */
void freed_remove(struct freed *freed, struct arena *arena, uint64_t start, uint64_t end);

/* The slow half of freed_has(). */
bool freed_look_up(const struct freed *freed, uint64_t address, uint32_t *ret_block);

/* Whether that byte is freed; then its block. */
static inline bool freed_has(const struct freed *freed, uint64_t address, uint32_t *ret_block)
{
	return __builtin_expect(address - freed->low < freed->span, 0) &&
	       freed_look_up(freed, address, ret_block);
}

#endif
