/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that lives as long as its owner: many small allocations, freed together. What
 * symbolisation hands out (names, paths, cached frames) stays valid because it comes from here.
 */
#ifndef WEFT_TOOL_SYMBOL_ARENA_H
#define WEFT_TOOL_SYMBOL_ARENA_H

#include <stddef.h>

struct arena_chunk;

/* Zeroed: an empty arena. */
struct arena {
	struct arena_chunk *chunks;
};

/* Zeroed, aligned for any type; NULL if there is no memory. */
void *arena_alloc(struct arena *arena, size_t size);

/* A zero-terminated copy of `len` bytes; NULL if there is no memory. */
char *arena_copy(struct arena *arena, const char *text, size_t len);

void arena_release(struct arena *arena);

#endif
