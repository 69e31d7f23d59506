/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks, their quarantine, and their marks in the shadow; see heap.h. */
#include "runtime/engine/heap.h"

#include "common/bytes.h"
#include "runtime/core/blocks.h"
#include "runtime/engine/access.h"
#include "runtime/engine/happens_before.h"
#include "runtime/engine/heap_report.h"
#include "runtime/engine/instrumented.h"
#include "runtime/engine/races.h"
#include "runtime/sys/memory.h"

/* Blocks in quarantine for each MiB of it. */
#define BLOCKS_PER_MIB 512u
/* What a freed block begins with: no address, and far from any count. */
#define SPOILT_BYTE 0xd5
#define SPOILT_MAX 4096u
/* Of a block of this size and more the rest is not kept resident. */
#define DISCARD_MIN (64u * 1024)
#define PAGE_SIZE 4096u

struct heap heap;
/* Set while the calling kernel thread is one that weft runs, inside the runtime as well. */
static __thread bool own_thread __attribute__((tls_model("initial-exec")));

static struct heap_allocator allocator;
static struct blocks blocks;
/* Memory may come with a history that the hooks haven't seen. */
static bool unseen;

void heap_prepare(const struct heap_allocator *below)
{
	allocator = *below;
}

void heap_begin(struct wire_region *region, struct arena *arena)
{
	uint32_t mib = region->config.quarantine_mib;

	if (!allocator.release)
		return;
	blocks_init(&blocks, arena, (uint64_t)mib << 20, mib * BLOCKS_PER_MIB);
	heap_report_begin(region, &blocks, (uintptr_t)allocator.release);
	unseen = !allocator.is_libc || runtime.foreign_threads;
	heap.on = true;
	own_thread = true;
}

void heap_forked(void)
{
	heap.on = false;
}

void heap_thread_starts(void)
{
	own_thread = true;
}

void heap_thread_ends(void)
{
	own_thread = false;
}

/* ---- marks ---- */

static bool marks(void)
{
	return happens_before.shadow.regions != NULL;
}

/* Never 0. */
static uint8_t stretch_tag(uint64_t address)
{
	return (uint8_t)(1 + address / ((uint64_t)HEAP_STRETCHES << HEAP_STRETCH_SHIFT) % 255);
}

static void stretch_count(uint64_t address, bool freed)
{
	struct heap_stretch *stretch = heap_stretch(address);
	uint8_t tag = stretch_tag(address);

	if (stretch->count == 0)
		stretch->tag = tag;
	else if (stretch->tag != tag)
		stretch->tag = 0;
	if (stretch->count != UINT8_MAX)
		stretch->count = (uint8_t)(freed ? stretch->count + 1 : stretch->count - 1);
}

static void count_stretches(const struct block *block, bool freed)
{
	uint64_t end = block->address + block->room;

	for (uint64_t at = block->address; at < end;
		at = ((at >> HEAP_STRETCH_SHIFT) + 1) << HEAP_STRETCH_SHIFT)
		stretch_count(at, freed);
}

static void widen_span(const struct block *block)
{
	uint64_t low = heap.freed_span ? heap.freed_low : block->address;
	uint64_t high = heap.freed_low + heap.freed_span;

	if (block->address < low)
		low = block->address;
	if (block->address + block->room > high)
		high = block->address + block->room;
	heap.freed_low = low;
	heap.freed_span = high - low;
}

static void mark(const struct block *block)
{
	uint64_t whole = block->room & ~(uint64_t)(GRANULE_SIZE - 1);

	widen_span(block);
	count_stretches(block, true);
	if (marks())
		shadow_free(&happens_before.shadow, block->address, whole,
			blocks_number(&blocks, block));
	access_told = 1;
}

static void unmark(const struct block *block)
{
	count_stretches(block, false);
	if (marks())
		shadow_clear(&happens_before.shadow, block->address, block->room);
}

/* ---- allocation ---- */

void heap_allocated(struct thread *self, void *memory, size_t size, uint64_t pc)
{
	struct block *block;

	if (!heap.on || !memory)
		return;
	if (unseen)
		happens_before_forget((uintptr_t)memory, size);
	block = blocks_add(&blocks, (uintptr_t)memory);
	if (!block)
		return;
	block->size = size;
	block->alloc_pc = pc;
	block->alloc_thread = self->id;
	if (runtime.core.recorder)
		heap_report_watch(self, block, false);
}

bool heap_known(const void *memory, size_t *ret_size)
{
	const struct block *block = heap.on ? blocks_find(&blocks, (uintptr_t)memory) : NULL;

	if (!block || block->state != BLOCK_LIVE)
		return false;
	*ret_size = block->size;
	return true;
}

void heap_moved(void *memory, size_t old_size)
{
	happens_before_forget((uintptr_t)memory, old_size);
	objects_forget(&runtime.core, (uintptr_t)memory, old_size);
	blocks_remove(&blocks, blocks_find(&blocks, (uintptr_t)memory));
}

void heap_resized(void *memory, size_t size)
{
	blocks_find(&blocks, (uintptr_t)memory)->size = size;
}

void heap_unseen(void *memory, size_t size)
{
	unseen = true;
	happens_before_forget((uintptr_t)memory, size);
}

/* ---- freeing ---- */

static size_t room_of(const struct block *block)
{
	size_t room = allocator.room ? allocator.room((void *)(uintptr_t)block->address)
				     : block->size;

	return room > block->size ? room : block->size;
}

static void give_back(struct block *block)
{
	void *memory = (void *)(uintptr_t)block->address;

	unmark(block);
	blocks_remove(&blocks, block);
	allocator.release(memory);
}

/* Whoever accesses it without being ordered before this races with the free. */
static void compare(struct thread *self, const struct block *block, uint64_t pc)
{
	if (!happens_before_counts() || !block->room || !instrumented_code(pc))
		return;
	races_freeing(true);
	happens_before_access(self, block->address, block->room, CELL_PLAIN_WRITE, pc);
	races_freeing(false);
}

/* Who reads it in vain, unseen, finds neither addresses nor what was there. */
static void spoil(const struct block *block)
{
	uint64_t spoilt = block->size < SPOILT_MAX ? block->size : SPOILT_MAX;
	uint64_t start = (block->address + spoilt + PAGE_SIZE - 1) & ~(uint64_t)(PAGE_SIZE - 1);
	uint64_t end = (block->address + block->room) & ~(uint64_t)(PAGE_SIZE - 1);

	bytes_fill((void *)(uintptr_t)block->address, SPOILT_BYTE, spoilt);
	if (block->room >= DISCARD_MIN && end > start)
		memory_discard((void *)(uintptr_t)start, end - start);
}

static bool keep(struct thread *self, struct block *block, uint64_t pc)
{
	struct block *oldest;

	block->free_pc = pc;
	block->free_thread = self->id;
	if (runtime.core.recorder)
		heap_report_watch(self, block, true);
	if (!blocks_keep(&blocks, block->room)) {
		if (marks())
			shadow_clear(&happens_before.shadow, block->address, block->room);
		blocks_remove(&blocks, block);
		return false;
	}
	blocks_free(&blocks, block);
	mark(block);
	spoil(block);
	while ((oldest = blocks_leave(&blocks)))
		give_back(oldest);
	return true;
}

void heap_check_resized(struct thread *self, void *memory, uint64_t pc)
{
	struct block *block = heap.on ? blocks_find(&blocks, (uintptr_t)memory) : NULL;

	if (block && block->state == BLOCK_FREED)
		heap_report_double_free(self, block, pc);
	if (heap.on && !block)
		heap_report_unknown(self, (uintptr_t)memory, pc, unseen);
}

bool heap_freed(struct thread *self, void *memory, uint64_t pc)
{
	struct block *block;

	if (!heap.on)
		return true;
	block = blocks_find(&blocks, (uintptr_t)memory);
	if (!block || block->state == BLOCK_FREED) {
		heap_check_resized(self, memory, pc);
		return true;
	}
	block->room = room_of(block);
	compare(self, block, pc);
	objects_forget(&runtime.core, block->address, block->size);
	return !keep(self, block, pc);
}

void heap_drain(void)
{
	uint32_t count_max = blocks.freed_count_max;
	struct block *oldest;

	blocks.freed_count_max = 0;
	while (heap.on && (oldest = blocks_leave(&blocks)))
		give_back(oldest);
	blocks.freed_count_max = count_max;
}

/* A foreign thread may run at the same time as the program: nothing but the flag is its. */
void heap_dropped(void *memory)
{
	struct block *block;

	if (!heap.on || !memory)
		return;
	if (!own_thread) {
		__atomic_store_n(&unseen, true, __ATOMIC_RELAXED);
		return;
	}
	block = blocks_find(&blocks, (uintptr_t)memory);
	if (!block || block->state != BLOCK_LIVE)
		return;
	if (marks())
		shadow_clear(&happens_before.shadow, block->address, room_of(block));
	blocks_remove(&blocks, block);
}

/* ---- accesses ---- */

void heap_check_now(
	struct thread *self, uint64_t address, size_t size, enum op_kind op, uint64_t pc)
{
	struct freed_access access = { address, size, pc, op };
	uint8_t tag = heap_stretch(address)->tag;
	uint32_t number;

	if (!heap.on || !marks() || (tag && tag != stretch_tag(address)) ||
		!shadow_find_freed(&happens_before.shadow, address, size, &number))
		return;
	heap_report_access(self, blocks_get(&blocks, number), &access);
}

void heap_check_range(
	struct thread *self, uint64_t address, size_t size, enum op_kind op, uint64_t pc)
{
	uint64_t end = address + size;

	while (address < end) {
		uint64_t stop = (address | ((UINT64_C(1) << HEAP_STRETCH_SHIFT) - 1)) + 1;

		if (stop > end)
			stop = end;
		heap_check(self, address, stop - address, op, pc);
		address = stop;
	}
}

void heap_accessed_freed(const struct present_access *access, uint32_t number)
{
	struct thread *self = runtime.core.current;
	struct freed_access freed = { access->address, access->size, access->pc, OP_NONE };

	if (!heap.on)
		return;
	if (access->kind == CELL_PLAIN_READ)
		freed.op = OP_READ;
	else if (access->kind == CELL_PLAIN_WRITE)
		freed.op = OP_WRITE;
	else
		freed.op = (enum op_kind)self->op.kind;
	heap_report_access(self, blocks_get(&blocks, number), &freed);
}

void heap_tell_block(uint64_t address)
{
	if (heap.on)
		heap_report_around(address);
}
