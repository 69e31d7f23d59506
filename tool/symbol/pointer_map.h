/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hash table from 64-bit keys to pointers, for caches: entries are added and found, never
 * removed. Open addressing with linear probing; the values are borrowed and never NULL.
 */
#ifndef WEFT_TOOL_SYMBOL_POINTER_MAP_H
#define WEFT_TOOL_SYMBOL_POINTER_MAP_H

#include <stddef.h>
#include <stdint.h>

struct pointer_map_entry {
	uint64_t key;
	void *value;
};

/* Zeroed: an empty map. */
struct pointer_map {
	struct pointer_map_entry *entries;
	size_t capacity; /* a power of two, or 0 */
	size_t count;
};

/* NULL if there is none. */
void *pointer_map_get(const struct pointer_map *map, uint64_t key);

/* `key` must not be in the map. Returns 0 or -ENOMEM: then the map is as before. */
int pointer_map_put(struct pointer_map *map, uint64_t key, void *value);

void pointer_map_release(struct pointer_map *map);

#endif
