/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks in chunks that never move, chained by their address's hash; see blocks.h. */
#include "runtime/core/blocks.h"

#include "common/bug.h"
#include "common/bytes.h"
#include "common/hash.h"

#define CHUNK_SHIFT 6u
#define CHUNK_SIZE (1u << CHUNK_SHIFT)
#define CHUNKS_INITIAL 64u
#define BUCKETS_INITIAL 256u

void blocks_init(struct blocks *blocks, struct arena *arena, uint64_t freed_size_max,
	uint32_t freed_count_max)
{
	*blocks = (struct blocks){
		.arena = arena,
		.freed_size_max = freed_size_max,
		.freed_count_max = freed_count_max,
	};
}

struct block *blocks_get(const struct blocks *blocks, uint32_t number)
{
	return &blocks->chunks[number >> CHUNK_SHIFT][number & (CHUNK_SIZE - 1)];
}

static uint32_t *bucket_of(const struct blocks *blocks, uint64_t address)
{
	return &blocks->buckets[(uint32_t)hash_mix(address) & blocks->bucket_mask];
}

/* Number + 1, or 0. */
static uint32_t find(const struct blocks *blocks, uint64_t address)
{
	uint32_t place;

	if (!blocks->buckets)
		return 0;
	place = *bucket_of(blocks, address);
	while (place && blocks_get(blocks, place - 1)->address != address)
		place = blocks_get(blocks, place - 1)->next;
	return place;
}

struct block *blocks_find(const struct blocks *blocks, uint64_t address)
{
	uint32_t place = find(blocks, address);

	return place ? blocks_get(blocks, place - 1) : NULL;
}

uint32_t blocks_number(const struct blocks *blocks, const struct block *block)
{
	return find(blocks, block->address) - 1;
}

/* Twice as many buckets; the old ones stay in the arena, as many again in all. */
static void grow_buckets(struct blocks *blocks)
{
	uint32_t count = blocks->buckets ? (blocks->bucket_mask + 1) * 2 : BUCKETS_INITIAL;

	blocks->buckets = arena_alloc(blocks->arena, count * sizeof(blocks->buckets[0]));
	blocks->bucket_mask = count - 1;
	for (uint32_t i = 0; i < blocks->used; i++) {
		struct block *block = blocks_get(blocks, i);
		uint32_t *bucket = bucket_of(blocks, block->address);

		if (block->state == BLOCK_UNUSED)
			continue;
		block->next = *bucket;
		*bucket = i + 1;
	}
}

static void add_chunk(struct blocks *blocks)
{
	uint32_t chunk = blocks->used >> CHUNK_SHIFT;

	if (chunk == blocks->chunk_capacity) {
		uint32_t capacity = chunk ? chunk * 2 : CHUNKS_INITIAL;
		struct block **chunks =
			arena_alloc(blocks->arena, capacity * sizeof(chunks[0]));

		if (chunk)
			bytes_copy(chunks, blocks->chunks, chunk * sizeof(chunks[0]));
		blocks->chunks = chunks;
		blocks->chunk_capacity = capacity;
	}
	blocks->chunks[chunk] = arena_alloc(blocks->arena, CHUNK_SIZE * sizeof(struct block));
}

/* Number + 1 of a block out of use; 0: there are too many. */
static uint32_t take_number(struct blocks *blocks)
{
	uint32_t place = blocks->free;

	if (place) {
		blocks->free = blocks_get(blocks, place - 1)->next;
		return place;
	}
	if (blocks->used == BLOCKS_MAX)
		return 0;
	if ((blocks->used & (CHUNK_SIZE - 1)) == 0)
		add_chunk(blocks);
	return ++blocks->used;
}

struct block *blocks_add(struct blocks *blocks, uint64_t address)
{
	struct block *old = blocks_find(blocks, address);
	struct block *block;
	uint32_t place, *bucket;

	if (old) {
		BUG_ON(old->state == BLOCK_FREED);
		return old;
	}
	if (!blocks->buckets || blocks->known > blocks->bucket_mask)
		grow_buckets(blocks);
	place = take_number(blocks);
	if (!place)
		return NULL;
	block = blocks_get(blocks, place - 1);
	bucket = bucket_of(blocks, address);
	*block = (struct block){ .address = address, .next = *bucket, .state = BLOCK_LIVE };
	*bucket = place;
	blocks->known++;
	return block;
}

void blocks_remove(struct blocks *blocks, struct block *block)
{
	uint32_t place = find(blocks, block->address);
	uint32_t *link = bucket_of(blocks, block->address);

	BUG_ON(block->state != BLOCK_LIVE);
	while (*link != place)
		link = &blocks_get(blocks, *link - 1)->next;
	*link = block->next;
	block->state = BLOCK_UNUSED;
	block->next = blocks->free;
	blocks->free = place;
	blocks->known--;
}

/* One that would drive most others out is not worth it. */
bool blocks_keep(const struct blocks *blocks, uint64_t room)
{
	return blocks->freed_count_max && room <= blocks->freed_size_max / 4;
}

void blocks_free(struct blocks *blocks, struct block *block)
{
	uint32_t place = find(blocks, block->address);

	BUG_ON(block->state != BLOCK_LIVE);
	block->state = BLOCK_FREED;
	block->later = 0;
	if (blocks->newest)
		blocks_get(blocks, blocks->newest - 1)->later = place;
	else
		blocks->oldest = place;
	blocks->newest = place;
	blocks->freed_count++;
	blocks->freed_size += block->room;
}

struct block *blocks_leave(struct blocks *blocks)
{
	struct block *block;

	if (blocks->freed_count <= blocks->freed_count_max &&
		blocks->freed_size <= blocks->freed_size_max)
		return NULL;
	block = blocks_get(blocks, blocks->oldest - 1);
	blocks->oldest = block->later;
	if (!blocks->oldest)
		blocks->newest = 0;
	blocks->freed_count--;
	blocks->freed_size -= block->room;
	block->state = BLOCK_LIVE;
	return block;
}

struct block *blocks_around(const struct blocks *blocks, uint64_t address, uint64_t *budget)
{
	struct block *found = NULL;

	for (uint32_t i = 0; i < blocks->used; i++) {
		struct block *block = blocks_get(blocks, i);
		uint64_t size = block->state == BLOCK_FREED ? block->room : block->size;

		if (*budget == 0)
			return NULL;
		--*budget;
		if (block->state == BLOCK_UNUSED || address - block->address >= size)
			continue;
		found = block;
		if (block->state == BLOCK_LIVE)
			break;
	}
	return found;
}
