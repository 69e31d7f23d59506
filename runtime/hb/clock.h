/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Vector clocks (Fidge, Mattern). An entry stands for a slot, which one thread holds at a time,
 * and says up to which epoch what that slot's threads did is known: see order.h for epochs.
 * Entries beyond `count` are 0. Storage comes from an arena and grows by doubling; what is
 * outgrown is lost, which at most doubles what is in use.
 */
#ifndef WEFT_RUNTIME_HB_CLOCK_H
#define WEFT_RUNTIME_HB_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/core/arena.h"

typedef uint32_t epoch;

struct clock {
	epoch *entries;
	uint32_t count;
	uint32_t capacity;
};

static inline epoch clock_get(const struct clock *clock, uint32_t slot)
{
	return slot < clock->count ? clock->entries[slot] : 0;
}

void clock_set(struct clock *clock, struct arena *arena, uint32_t slot, epoch value);

/* Each entry becomes the greater of the two. */
void clock_join(struct clock *to, struct arena *arena, const struct clock *from);

void clock_copy(struct clock *to, struct arena *arena, const struct clock *from);

/* Every entry 0 again; the storage stays. */
static inline void clock_clear(struct clock *clock)
{
	clock->count = 0;
}

#endif
