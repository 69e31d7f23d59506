/* SPDX-License-Identifier: Apache-2.0 */
/* One more element for an array that is built up step by step; for this folder only. */
#ifndef WEFT_TOOL_SYMBOL_GROW_H
#define WEFT_TOOL_SYMBOL_GROW_H

#include <stddef.h>
#include <stdlib.h>

#define GROW_FIRST_CAPACITY 16

/*
 * Makes room for element number `count` of the malloc'ed array `items`. Returns the array,
 * which may have moved, or NULL without memory: then `items` is as it was, and still the
 * caller's.
 */
static inline void *grow(void *items, size_t *capacity, size_t count, size_t item_size)
{
	size_t wanted = *capacity ? *capacity * 2 : GROW_FIRST_CAPACITY;
	void *grown;

	if (count < *capacity)
		return items;
	grown = reallocarray(items, wanted, item_size);
	if (grown)
		*capacity = wanted;
	return grown;
}

#endif
