/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shadow memory: for each granule of 8 bytes of the program's memory, the accesses to it that
 * later ones may race with. Two cells are at hand; when there are more, they are in a list.
 *
 * A cell says who (an epoch), what (read or write, plain or atomic), which bytes of the granule
 * (a range: accesses are contiguous) and from where (a code address, shortened). All of it but
 * the code address is in the tag, so that "the same thread did the same since its last release"
 * is one comparison.
 */
#ifndef WEFT_RUNTIME_HB_SHADOW_H
#define WEFT_RUNTIME_HB_SHADOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/core/arena.h"
#include "runtime/hb/clock.h"
#include "runtime/hb/freed.h"

#define GRANULE_SIZE 8u
#define GRANULE_SHIFT 3u

enum cell_kind {
	CELL_PLAIN_READ,
	CELL_PLAIN_WRITE,
	CELL_ATOMIC_READ,
	CELL_ATOMIC_WRITE,
};

/* The tag: epoch in 24 bits, first byte in 3, size - 1 in 3, kind in 2. 0: an empty cell. */
#define TAG_EPOCH_SHIFT 8u
#define TAG_WHAT_MASK 0xffu
/* In the first cell, for the epoch: the granule's block was freed; `pc` is the block's number.
 */
#define TAG_FREED 0xffffff00u
/* In the first cell: the cells are in the list whose number is in `pc`. */
#define TAG_LIST 0xffffff01u

struct cell {
	uint32_t tag;
	uint32_t pc;
};

struct granule {
	struct cell cells[2];
};

/*
 * The accesses to one granule when they are more than two. A key says what an access was and
 * the slot of its thread: one that comes again with the same key takes the former's place.
 */
struct cell_list {
	uint32_t count;
	uint32_t capacity;
	struct cell *cells;
	uint32_t *keys;
	uint32_t kinds; /* bit set of enum cell_kind: no cell is of another */
};

static inline uint32_t cell_key(uint32_t slot, uint32_t tag)
{
	return slot << 8 | (tag & TAG_WHAT_MASK);
}

static inline uint32_t tag_what(uint32_t first, uint32_t size, enum cell_kind kind)
{
	return first << 5 | (size - 1) << 2 | (uint32_t)kind;
}

static inline enum cell_kind tag_kind(uint32_t tag)
{
	return (enum cell_kind)(tag & 3);
}

static inline epoch tag_epoch(uint32_t tag)
{
	return tag >> TAG_EPOCH_SHIFT;
}

static inline uint32_t tag_first(uint32_t tag)
{
	return tag >> 5 & 7;
}

static inline uint32_t tag_last(uint32_t tag)
{
	return tag_first(tag) + (tag >> 2 & 7);
}

/* A part of the address space that has its shadow in one piece. */
#define SHADOW_REGION_SHIFT 22u
#define SHADOW_REGION_SIZE (UINT64_C(1) << SHADOW_REGION_SHIFT)
#define SHADOW_ADDRESS_BITS 47u
#define SHADOW_REGIONS (UINT64_C(1) << (SHADOW_ADDRESS_BITS - SHADOW_REGION_SHIFT))
#define SHADOW_PIECE_SIZE (SHADOW_REGION_SIZE / GRANULE_SIZE * sizeof(struct granule))

#define SHADOW_PC_BITS 30u
#define SHADOW_PC_MASK ((1u << SHADOW_PC_BITS) - 1)
#define SHADOW_PC_WINDOWS 4u

struct shadow {
	struct arena *arena;
	struct granule **regions; /* SHADOW_REGIONS of them, by address */
	char *pool;		  /* zeroed memory for pieces, borrowed */
	size_t pool_size;
	size_t pool_used;
	bool exhausted; /* the pool is: accesses to some regions are not seen */
	struct cell_list *lists;
	uint32_t list_count;
	uint32_t list_capacity;
	uint32_t free_list;		     /* number + 1 of a list out of use, 0: none */
	struct freed freed;		     /* whose granules are empty, and not marked */
	uint64_t windows[SHADOW_PC_WINDOWS]; /* what a shortened code address leaves out */
	uint32_t window_count;
	/* Gives whole pages back, zeroed at their next use. */
	void (*discard)(void *start, size_t size);
};

struct shadow_args {
	struct arena *arena;
	struct granule **regions; /* zeroed, SHADOW_REGIONS pointers */
	char *pool;		  /* zeroed */
	size_t pool_size;
	void (*discard)(void *start, size_t size);
};

void shadow_init(struct shadow *shadow, const struct shadow_args *args);

/* Makes the piece of that address; NULL when there is no room or it is no user address. */
struct granule *shadow_region_new(struct shadow *shadow, uint64_t address);

/* The granule of an address, made if need be; NULL when there is no room for it. */
static inline struct granule *shadow_granule(struct shadow *shadow, uint64_t address)
{
	struct granule *region = NULL;

	if (__builtin_expect(address >> SHADOW_ADDRESS_BITS == 0, 1))
		region = shadow->regions[address >> SHADOW_REGION_SHIFT];
	if (__builtin_expect(!region, 0)) {
		region = shadow_region_new(shadow, address);
		if (!region)
			return NULL;
	}
	return &region[(address & (SHADOW_REGION_SIZE - 1)) >> GRANULE_SHIFT];
}

/* The memory is another's from now on: nothing that was done to it counts. */
void shadow_clear(struct shadow *shadow, uint64_t address, size_t size);

/* Whether the granule's block was freed; then its number. `address` is in the granule. */
static inline bool shadow_freed(const struct shadow *shadow, const struct granule *granule,
	uint64_t address, uint32_t *ret_block)
{
	if (!granule->cells[0].tag)
		return freed_has(&shadow->freed, address, ret_block);
	*ret_block = granule->cells[0].pc;
	return granule->cells[0].tag == TAG_FREED;
}

/* A block of whole granules is freed: marked there, or listed by its addresses if large. */
void shadow_free(struct shadow *shadow, uint64_t address, size_t size, uint32_t block);

/* Whether any granule of those bytes was freed; then the first one's block. Makes no pieces. */
bool shadow_find_freed(
	const struct shadow *shadow, uint64_t address, size_t size, uint32_t *ret_block);

/* NULL while its cells are at hand. */
static inline struct cell_list *shadow_list(
	const struct shadow *shadow, struct granule *granule)
{
	if (granule->cells[0].tag != TAG_LIST)
		return NULL;
	return &shadow->lists[granule->cells[0].pc];
}

/*
 * The granule's two cells, which are taken, become a list; `keys` are theirs. It is valid until
 * the next granule's do.
 */
struct cell_list *shadow_list_new(
	struct shadow *shadow, struct granule *granule, const uint32_t keys[2]);

void shadow_list_add(
	struct shadow *shadow, struct cell_list *list, struct cell cell, uint32_t key);

/* Takes the i-th cell away; the last takes its place. */
static inline void shadow_list_remove(struct cell_list *list, uint32_t i)
{
	list->count--;
	list->cells[i] = list->cells[list->count];
	list->keys[i] = list->keys[list->count];
}

/* The granule's list, if it has one, has at most two cells left: they are at hand again. */
void shadow_list_end(struct shadow *shadow, struct granule *granule);

/* The slow half of shadow_pc_shorten(). */
uint32_t shadow_window(struct shadow *shadow, uint64_t pc);

/* It is the program's own code, most often; then its lower bits are the shortened address. */
static inline bool shadow_pc_is_common(const struct shadow *shadow, uint64_t pc)
{
	return __builtin_expect(shadow->windows[0] == pc >> SHADOW_PC_BITS, 1);
}

/* Code addresses in 32 bits, and back; 0 for one that could not be shortened. */
static inline uint32_t shadow_pc_shorten(struct shadow *shadow, uint64_t pc)
{
	if (shadow_pc_is_common(shadow, pc))
		return (uint32_t)(pc & SHADOW_PC_MASK);
	return shadow_window(shadow, pc);
}

uint64_t shadow_pc(const struct shadow *shadow, uint32_t shortened);

#endif
