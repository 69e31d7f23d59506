/* SPDX-License-Identifier: Apache-2.0 */
/* Open addressing with linear probing, at most half full; see pc_map.h. */
#include "tool/analysis/pc_map.h"

#include <errno.h>
#include <stdlib.h>

#include "common/hash.h"

struct pc_map_entry {
	uint64_t key;
	uint32_t value;
	uint32_t used;
};

static struct pc_map_entry *entry_for(const struct pc_map *map, uint64_t key)
{
	for (size_t i = hash_mix(key);; i++) {
		struct pc_map_entry *entry = &map->entries[i & (map->capacity - 1)];

		if (!entry->used || entry->key == key)
			return entry;
	}
}

int pc_map_find(const struct pc_map *map, uint64_t key, uint32_t *ret_value)
{
	const struct pc_map_entry *entry;

	if (!map->count)
		return 0;
	entry = entry_for(map, key);
	if (!entry->used)
		return 0;
	*ret_value = entry->value;
	return 1;
}

uint32_t *pc_map_value(const struct pc_map *map, uint64_t key)
{
	struct pc_map_entry *entry = map->count ? entry_for(map, key) : NULL;

	return entry && entry->used ? &entry->value : NULL;
}

static int grow(struct pc_map *map)
{
	struct pc_map larger = { .capacity = map->capacity ? map->capacity * 2 : 256 };

	larger.entries = calloc(larger.capacity, sizeof(*larger.entries));
	if (!larger.entries)
		return -ENOMEM;
	for (size_t i = 0; i < map->capacity; i++)
		if (map->entries[i].used)
			*entry_for(&larger, map->entries[i].key) = map->entries[i];
	larger.count = map->count;
	free(map->entries);
	*map = larger;
	return 0;
}

int pc_map_add(struct pc_map *map, uint64_t key, uint32_t value)
{
	if (map->count * 2 >= map->capacity && grow(map) < 0)
		return -ENOMEM;
	*entry_for(map, key) = (struct pc_map_entry){ .key = key, .value = value, .used = 1 };
	map->count++;
	return 0;
}

void pc_map_release(struct pc_map *map)
{
	free(map->entries);
	*map = (struct pc_map){ 0 };
}
