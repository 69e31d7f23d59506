/* SPDX-License-Identifier: Apache-2.0 */
/* Vector clocks; see clock.h. */
#include "runtime/hb/clock.h"

#define CAPACITY_MIN 4u

/* Makes room for `count` entries and has them all count. */
static void clock_grow(struct clock *clock, struct arena *arena, uint32_t count)
{
	uint32_t capacity = clock->capacity ? clock->capacity : CAPACITY_MIN;
	epoch *entries = clock->entries;

	while (capacity < count)
		capacity *= 2;
	if (capacity > clock->capacity) {
		entries = arena_alloc(arena, capacity * sizeof(*entries));
		for (uint32_t i = 0; i < clock->count; i++)
			entries[i] = clock->entries[i];
		clock->entries = entries;
		clock->capacity = capacity;
	}
	for (uint32_t i = clock->count; i < count; i++)
		entries[i] = 0;
	clock->count = count;
}

void clock_set(struct clock *clock, struct arena *arena, uint32_t slot, epoch value)
{
	if (slot >= clock->count)
		clock_grow(clock, arena, slot + 1);
	clock->entries[slot] = value;
}

void clock_join(struct clock *to, struct arena *arena, const struct clock *from)
{
	if (to->count < from->count)
		clock_grow(to, arena, from->count);
	/* No branch: a processor would guess it wrong as often as not. */
	for (uint32_t i = 0; i < from->count; i++)
		to->entries[i] =
			to->entries[i] < from->entries[i] ? from->entries[i] : to->entries[i];
}

void clock_copy(struct clock *to, struct arena *arena, const struct clock *from)
{
	if (to->count < from->count)
		clock_grow(to, arena, from->count);
	to->count = from->count;
	for (uint32_t i = 0; i < from->count; i++)
		to->entries[i] = from->entries[i];
}
