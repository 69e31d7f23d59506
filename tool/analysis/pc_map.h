/* SPDX-License-Identifier: Apache-2.0 */
/* A hash table from code addresses to numbers: the answers of slow questions about them, kept.
 */
#ifndef WEFT_TOOL_ANALYSIS_PC_MAP_H
#define WEFT_TOOL_ANALYSIS_PC_MAP_H

#include <stddef.h>
#include <stdint.h>

/* All zeros is an empty map. */
struct pc_map {
	struct pc_map_entry *entries;
	size_t capacity;
	size_t count;
};

/* Returns 1 and the value when the key is there, else 0. */
int pc_map_find(const struct pc_map *map, uint64_t key, uint32_t *ret_value);

/* Where the key's value is kept, until the next is added; NULL: it is not there. */
uint32_t *pc_map_value(const struct pc_map *map, uint64_t key);

/* Adds a key that is not there yet. Returns 0 or -ENOMEM. */
int pc_map_add(struct pc_map *map, uint64_t key, uint32_t value);

void pc_map_release(struct pc_map *map);

#endif
