/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The runtime's only memory: a bump allocator over one block that its user reserved. Nothing is
 * ever given back; owners of short-lived things keep free lists of their own. The block must be
 * zeroed, as fresh pages are, and stays borrowed for the arena's life.
 */
#ifndef WEFT_RUNTIME_CORE_ARENA_H
#define WEFT_RUNTIME_CORE_ARENA_H

#include <stddef.h>
#include <stdint.h>

struct arena {
	char *start;
	size_t size;
	size_t used;
};

void arena_init(struct arena *arena, void *block, size_t size);

/* Returns zeroed memory aligned to 16 bytes; running out is a BUG_ON. */
void *arena_alloc(struct arena *arena, size_t size);

#endif
