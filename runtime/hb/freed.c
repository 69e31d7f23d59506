/* SPDX-License-Identifier: Apache-2.0 */
/* Freed stretches of memory in a sorted array; see freed.h. */
#include "runtime/hb/freed.h"

#include "common/bytes.h"

#define CAPACITY_INITIAL 16u

/* The index of the first range that ends after that address. */
static uint32_t first_after(const struct freed *freed, uint64_t address)
{
	uint32_t low = 0, high = freed->count;

	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (freed->ranges[middle].end <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void span_update(struct freed *freed)
{
	freed->span = 0;
	if (freed->count == 0)
		return;
	freed->low = freed->ranges[0].start;
	freed->span = freed->ranges[freed->count - 1].end - freed->low;
}

/* What is outgrown is lost, which at most doubles what is in use. */
static void insert(
	struct freed *freed, struct arena *arena, uint32_t index, struct freed_range range)
{
	if (freed->count == freed->capacity) {
		uint32_t capacity = freed->capacity ? freed->capacity * 2 : CAPACITY_INITIAL;
		struct freed_range *ranges =
			arena_alloc(arena, capacity * sizeof(freed->ranges[0]));

		if (freed->count)
			bytes_copy(
				ranges, freed->ranges, freed->count * sizeof(freed->ranges[0]));
		freed->ranges = ranges;
		freed->capacity = capacity;
	}
	for (uint32_t i = freed->count; i > index; i--)
		freed->ranges[i] = freed->ranges[i - 1];
	freed->ranges[index] = range;
	freed->count++;
}

void freed_add(struct freed *freed, struct arena *arena, struct freed_range range)
{
	freed_remove(freed, arena, range.start, range.end);
	insert(freed, arena, first_after(freed, range.start), range);
	span_update(freed);
}

void freed_remove(struct freed *freed, struct arena *arena, uint64_t start, uint64_t end)
{
	uint32_t i = first_after(freed, start), kept;

	if (start >= end || i == freed->count || freed->ranges[i].start >= end)
		return;
	if (freed->ranges[i].start < start) {
		struct freed_range rest = freed->ranges[i];

		freed->ranges[i].end = start;
		rest.start = start;
		insert(freed, arena, ++i, rest);
	}
	for (kept = i; i < freed->count; i++) {
		struct freed_range range = freed->ranges[i];

		if (range.start < end)
			range.start = range.end < end ? range.end : end;
		if (range.start < range.end)
			freed->ranges[kept++] = range;
	}
	freed->count = kept;
	span_update(freed);
}

bool freed_look_up(const struct freed *freed, uint64_t address, uint32_t *ret_block)
{
	uint32_t i = first_after(freed, address);

	if (i == freed->count || address < freed->ranges[i].start)
		return false;
	*ret_block = freed->ranges[i].block;
	return true;
}
