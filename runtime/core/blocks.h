/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The heap blocks of the program: those in use, by address, and those that it freed and that
 * are kept from being used again for a while, oldest first (the quarantine). It owns no memory
 * of the program's and frees none: it says which block is to be freed for real.
 *
 * A block has a number as long as it is known; numbers are used again.
 */
#ifndef WEFT_RUNTIME_CORE_BLOCKS_H
#define WEFT_RUNTIME_CORE_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/core/arena.h"

/* Known at the same time; more are not followed. */
#define BLOCKS_MAX (UINT32_C(1) << 24)

enum block_state {
	BLOCK_UNUSED,
	BLOCK_LIVE,
	BLOCK_FREED, /* in quarantine */
};

struct block {
	uint64_t address;
	uint64_t size; /* as the program asked for */
	uint64_t room; /* as the allocator gave, of a freed one */
	uint64_t alloc_pc;
	uint64_t free_pc;
	uint32_t alloc_thread;
	uint32_t free_thread;
	uint32_t next;	/* number + 1 of the next in its bucket, or of those out of use */
	uint32_t later; /* number + 1 of the one freed after it */
	enum block_state state;
};

struct blocks {
	struct arena *arena;
	struct block **chunks;
	uint32_t chunk_capacity;
	uint32_t used; /* numbers given so far */
	uint32_t free; /* number + 1 of one out of use */
	uint32_t *buckets;
	uint32_t bucket_mask;
	uint32_t known;
	uint32_t oldest; /* number + 1; 0: the quarantine is empty */
	uint32_t newest;
	uint32_t freed_count;
	uint64_t freed_size; /* sum of rooms */
	uint32_t freed_count_max;
	uint64_t freed_size_max;
};

/* At most so many bytes in so many blocks are kept in quarantine. */
void blocks_init(struct blocks *blocks, struct arena *arena, uint64_t freed_size_max,
	uint32_t freed_count_max);

/* The block that begins there, or NULL. */
struct block *blocks_find(const struct blocks *blocks, uint64_t address);

struct block *blocks_get(const struct blocks *blocks, uint32_t number);
uint32_t blocks_number(const struct blocks *blocks, const struct block *block);

/*
 * A block in use; all but address and state is the caller's to fill in. What was known of that
 * address is forgotten. NULL when there are too many.
 */
struct block *blocks_add(struct blocks *blocks, uint64_t address);

/* The block is not known any more. It must not be in quarantine. */
void blocks_remove(struct blocks *blocks, struct block *block);

/* Whether a block with that much room would stay in quarantine for a while. */
bool blocks_keep(const struct blocks *blocks, uint64_t room);

/* The block, in use so far, enters the quarantine with `room` filled in. */
void blocks_free(struct blocks *blocks, struct block *block);

/*
 * The oldest block in quarantine when there is more in it than may be, else NULL. It has left
 * the quarantine: the caller frees it for real and removes it.
 */
struct block *blocks_leave(struct blocks *blocks);

/*
 * The block with the address in it, looked for among all of them; of a freed and a live one,
 * the live one. `budget` counts down by the blocks looked at: NULL also when it is used up.
 */
struct block *blocks_around(const struct blocks *blocks, uint64_t address, uint64_t *budget);

#endif
