/* SPDX-License-Identifier: Apache-2.0 */
/* The bump allocator; see arena.h. */
#include "runtime/core/arena.h"

#include "common/bug.h"

#define ARENA_ALIGNMENT 16u

void arena_init(struct arena *arena, void *block, size_t size)
{
	arena->start = block;
	arena->size = size;
	arena->used = 0;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	size_t rounded = (size + ARENA_ALIGNMENT - 1) & ~(size_t)(ARENA_ALIGNMENT - 1);
	void *memory;

	BUG_ON(rounded < size || rounded > arena->size - arena->used);
	memory = arena->start + arena->used;
	arena->used += rounded;
	return memory;
}
