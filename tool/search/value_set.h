/* SPDX-License-Identifier: Apache-2.0 */
/* A set of 64-bit values that only grows: for counting distinct behaviours. */
#ifndef WEFT_TOOL_SEARCH_VALUE_SET_H
#define WEFT_TOOL_SEARCH_VALUE_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All zeros is an empty set. */
struct value_set {
	uint64_t *slots; /* 0: free */
	size_t capacity; /* a power of two, or 0 */
	size_t used;
	bool has_zero;
};

/* Returns 1 if the value is new, 0 if it was there already, or -ENOMEM. */
int value_set_add(struct value_set *set, uint64_t value);

size_t value_set_count(const struct value_set *set);

void value_set_release(struct value_set *set);

#endif
