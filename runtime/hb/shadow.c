/* SPDX-License-Identifier: Apache-2.0 */
/* Shadow memory: pieces, cells and lists; see shadow.h. */
#include "runtime/hb/shadow.h"

#include "common/bug.h"
#include "common/bytes.h"

#define PAGE_SIZE 4096u
/* Clearing from so many bytes of shadow on gives pages back instead. */
#define DISCARD_MIN (16u * PAGE_SIZE)
/* A freed block of this size has no marks. */
#define FREED_RANGE_MIN (16u * PAGE_SIZE)
#define LISTS_INITIAL 64u
#define LIST_INITIAL 6u
/* More accesses than these to one granule are not kept: the oldest is forgotten. */
#define LIST_MAX 256u

void shadow_init(struct shadow *shadow, const struct shadow_args *args)
{
	*shadow = (struct shadow){
		.arena = args->arena,
		.regions = args->regions,
		.pool = args->pool,
		.pool_size = args->pool_size,
		.discard = args->discard,
		/* No address has this; where the program's code is, it turns out. */
		.windows = { UINT64_MAX },
	};
}

struct granule *shadow_region_new(struct shadow *shadow, uint64_t address)
{
	struct granule *piece;

	if (address >> SHADOW_ADDRESS_BITS)
		return NULL;
	if (shadow->pool_size - shadow->pool_used < SHADOW_PIECE_SIZE) {
		shadow->exhausted = true;
		return NULL;
	}
	piece = (struct granule *)(void *)(shadow->pool + shadow->pool_used);
	shadow->pool_used += SHADOW_PIECE_SIZE;
	shadow->regions[address >> SHADOW_REGION_SHIFT] = piece;
	return piece;
}

/* ---- lists ---- */

static uint32_t list_new(struct shadow *shadow)
{
	uint32_t number = shadow->free_list;
	struct cell_list *lists;

	if (number) {
		shadow->free_list = shadow->lists[number - 1].count;
		return number - 1;
	}
	if (shadow->list_count == shadow->list_capacity) {
		uint32_t capacity =
			shadow->list_capacity ? shadow->list_capacity * 2 : LISTS_INITIAL;

		lists = arena_alloc(shadow->arena, capacity * sizeof(*lists));
		if (shadow->list_count)
			bytes_copy(lists, shadow->lists, shadow->list_count * sizeof(*lists));
		shadow->lists = lists;
		shadow->list_capacity = capacity;
	}
	return shadow->list_count++;
}

/* Lists out of use are chained by `count`. */
static void list_free(struct shadow *shadow, uint32_t number)
{
	shadow->lists[number].count = shadow->free_list;
	shadow->free_list = number + 1;
}

static void list_grow(struct shadow *shadow, struct cell_list *list)
{
	uint32_t capacity = list->capacity ? list->capacity * 2 : LIST_INITIAL;
	struct cell *cells = arena_alloc(shadow->arena, capacity * sizeof(*cells));
	uint32_t *keys = arena_alloc(shadow->arena, capacity * sizeof(*keys));

	if (list->count) {
		bytes_copy(cells, list->cells, list->count * sizeof(*cells));
		bytes_copy(keys, list->keys, list->count * sizeof(*keys));
	}
	list->cells = cells;
	list->keys = keys;
	list->capacity = capacity;
}

void shadow_list_add(
	struct shadow *shadow, struct cell_list *list, struct cell cell, uint32_t key)
{
	if (list->count == LIST_MAX) {
		list->count--;
		for (uint32_t i = 0; i < list->count; i++) {
			list->cells[i] = list->cells[i + 1];
			list->keys[i] = list->keys[i + 1];
		}
	}
	if (list->count == list->capacity)
		list_grow(shadow, list);
	list->cells[list->count] = cell;
	list->keys[list->count++] = key;
	list->kinds |= 1u << tag_kind(cell.tag);
}

struct cell_list *shadow_list_new(
	struct shadow *shadow, struct granule *granule, const uint32_t keys[2])
{
	uint32_t number = list_new(shadow);
	struct cell_list *list = &shadow->lists[number];

	list->count = 0;
	list->kinds = 0;
	shadow_list_add(shadow, list, granule->cells[0], keys[0]);
	shadow_list_add(shadow, list, granule->cells[1], keys[1]);
	granule->cells[0] = (struct cell){ .tag = TAG_LIST, .pc = number };
	granule->cells[1] = (struct cell){ 0 };
	return list;
}

void shadow_list_end(struct shadow *shadow, struct granule *granule)
{
	struct cell_list *list = shadow_list(shadow, granule);
	struct cell rest[2] = { 0 };

	if (!list)
		return;
	for (uint32_t i = 0; i < list->count; i++)
		rest[i] = list->cells[i];
	list_free(shadow, granule->cells[0].pc);
	granule->cells[0] = rest[0];
	granule->cells[1] = rest[1];
}

static void clear_granules(struct shadow *shadow, struct granule *granule, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (granule[i].cells[0].tag == 0)
			continue;
		if (granule[i].cells[0].tag == TAG_LIST)
			list_free(shadow, granule[i].cells[0].pc);
		granule[i] = (struct granule){ 0 };
	}
}

/* Lists of discarded granules are lost, which costs some memory of the arena's. */
static void clear_piece(struct shadow *shadow, struct granule *granule, size_t count)
{
	uintptr_t start = (uintptr_t)granule;
	uintptr_t end = start + count * sizeof(*granule);
	uintptr_t first_page = (start + PAGE_SIZE - 1) & ~(uintptr_t)(PAGE_SIZE - 1);
	uintptr_t end_page = end & ~(uintptr_t)(PAGE_SIZE - 1);

	if (end - start < DISCARD_MIN) {
		clear_granules(shadow, granule, count);
		return;
	}
	clear_granules(shadow, granule, (first_page - start) / sizeof(*granule));
	shadow->discard((void *)first_page, end_page - first_page);
	clear_granules(shadow, (struct granule *)end_page, (end - end_page) / sizeof(*granule));
}

/* Calls `visit` for each stretch of granules that have a shadow. */
static void for_each_piece(struct shadow *shadow, uint64_t address, size_t size,
	void (*visit)(struct shadow *shadow, struct granule *granule, size_t count))
{
	uint64_t end = address + size;

	while (address < end && address >> SHADOW_ADDRESS_BITS == 0) {
		uint64_t region_end = (address | (SHADOW_REGION_SIZE - 1)) + 1;
		uint64_t stop = region_end < end ? region_end : end;
		struct granule *region = shadow->regions[address >> SHADOW_REGION_SHIFT];
		uint64_t first = (address & (SHADOW_REGION_SIZE - 1)) >> GRANULE_SHIFT;
		uint64_t last = ((stop - 1) & (SHADOW_REGION_SIZE - 1)) >> GRANULE_SHIFT;

		if (region)
			visit(shadow, region + first, last - first + 1);
		address = stop;
	}
}

/* The granules of those bytes, whole ones, are nobody's. */
static void forget_freed(struct shadow *shadow, uint64_t address, size_t size)
{
	uint64_t mask = GRANULE_SIZE - 1;

	if (shadow->freed.span && size)
		freed_remove(&shadow->freed, shadow->arena, address & ~mask,
			(address + size + mask) & ~mask);
}

void shadow_clear(struct shadow *shadow, uint64_t address, size_t size)
{
	forget_freed(shadow, address, size);
	for_each_piece(shadow, address, size, clear_piece);
}

void shadow_free(struct shadow *shadow, uint64_t address, size_t size, uint32_t block)
{
	const struct freed_range range = { address, address + size, block };

	shadow_clear(shadow, address, size);
	if (size >= FREED_RANGE_MIN) {
		freed_add(&shadow->freed, shadow->arena, range);
		return;
	}
	for (uint64_t at = address; at < address + size; at += GRANULE_SIZE) {
		struct granule *granule = shadow_granule(shadow, at);

		if (granule)
			granule->cells[0] = (struct cell){ .tag = TAG_FREED, .pc = block };
	}
}

bool shadow_find_freed(
	const struct shadow *shadow, uint64_t address, size_t size, uint32_t *ret_block)
{
	uint64_t end = address + size;

	address &= ~(uint64_t)(GRANULE_SIZE - 1);
	for (; address < end && address >> SHADOW_ADDRESS_BITS == 0; address += GRANULE_SIZE) {
		struct granule *region = shadow->regions[address >> SHADOW_REGION_SHIFT];
		uint64_t index = (address & (SHADOW_REGION_SIZE - 1)) >> GRANULE_SHIFT;

		if (region ? shadow_freed(shadow, &region[index], address, ret_block)
			   : freed_has(&shadow->freed, address, ret_block))
			return true;
	}
	return false;
}

/* ---- code addresses ---- */

uint32_t shadow_window(struct shadow *shadow, uint64_t pc)
{
	uint64_t window = pc >> SHADOW_PC_BITS;
	uint32_t i = 0;

	while (i < shadow->window_count && shadow->windows[i] != window)
		i++;
	if (i == shadow->window_count) {
		if (i == SHADOW_PC_WINDOWS)
			return 0;
		shadow->windows[shadow->window_count++] = window;
	}
	return i << SHADOW_PC_BITS | (uint32_t)(pc & SHADOW_PC_MASK);
}

uint64_t shadow_pc(const struct shadow *shadow, uint32_t shortened)
{
	uint32_t window = shortened >> SHADOW_PC_BITS;

	if (!shortened || window >= shadow->window_count)
		return 0;
	return shadow->windows[window] << SHADOW_PC_BITS | (shortened & SHADOW_PC_MASK);
}
