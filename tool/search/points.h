/* SPDX-License-Identifier: Apache-2.0 */
/* A sorted set of code addresses: the memory accesses that are scheduling points. */
#ifndef WEFT_TOOL_SEARCH_POINTS_H
#define WEFT_TOOL_SEARCH_POINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All zeros is an empty set. */
struct points {
	uint64_t *list; /* ascending, no address twice */
	size_t count;
};

/* Adds addresses in any order, also ones that are there already. Returns 0 or -ENOMEM. */
int points_add(struct points *points, const uint64_t *addresses, size_t count);

bool points_contain(const struct points *points, uint64_t address);

void points_release(struct points *points);

#endif
