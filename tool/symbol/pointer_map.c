/* SPDX-License-Identifier: Apache-2.0 */
/* A hash table for caches; see pointer_map.h. */
#include "tool/symbol/pointer_map.h"

#include <errno.h>
#include <stdlib.h>

#include "common/hash.h"

#define FIRST_CAPACITY 64

/* The entry of `key`, or the free one where it belongs. The table is never full. */
static struct pointer_map_entry *map_slot(const struct pointer_map *map, uint64_t key)
{
	size_t i = hash_mix(key) & (map->capacity - 1);

	while (map->entries[i].value && map->entries[i].key != key)
		i = (i + 1) & (map->capacity - 1);
	return &map->entries[i];
}

static int map_grow(struct pointer_map *map)
{
	struct pointer_map grown = { 0 };
	size_t i;

	grown.capacity = map->capacity ? map->capacity * 2 : FIRST_CAPACITY;
	grown.entries = calloc(grown.capacity, sizeof(*grown.entries));
	if (!grown.entries)
		return -ENOMEM;
	for (i = 0; i < map->capacity; i++) {
		if (map->entries[i].value)
			*map_slot(&grown, map->entries[i].key) = map->entries[i];
	}
	grown.count = map->count;
	free(map->entries);
	*map = grown;
	return 0;
}

void *pointer_map_get(const struct pointer_map *map, uint64_t key)
{
	return map->capacity ? map_slot(map, key)->value : NULL;
}

int pointer_map_put(struct pointer_map *map, uint64_t key, void *value)
{
	struct pointer_map_entry *slot;

	if (map->count * 2 >= map->capacity) {
		int r = map_grow(map);

		if (r < 0)
			return r;
	}
	slot = map_slot(map, key);
	slot->key = key;
	slot->value = value;
	map->count++;
	return 0;
}

void pointer_map_release(struct pointer_map *map)
{
	free(map->entries);
	*map = (struct pointer_map){ 0 };
}
