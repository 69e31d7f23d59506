/* SPDX-License-Identifier: Apache-2.0 */
/* Copies parts of another process's memory; see memory_copy.h. */
#include "tool/stuck/memory_copy.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/uio.h>

#define BYTES_PER_PAGE 4096ull
#define ARGUMENTS 6
#define CODE_SIZE 32

/* The word of a lock that is waited for may be its last. */
#define OBJECT_SIZE 256

/* The stack, the code, and six arguments. */
#define RANGES_PER_THREAD (ARGUMENTS + 2)

struct range {
	uint64_t start;
	uint64_t end;
};

struct ranges {
	struct range *items;
	size_t count;
};

/* Adds what is mapped of the bytes from `before` in front of `address` on, in whole pages. */
static void add_range(const struct stuck_snapshot *snapshot, struct ranges *ranges,
	uint64_t address, uint64_t before, uint64_t size)
{
	const struct stuck_mapping *mapping = snapshot_mapping(snapshot, address);
	struct range range;

	if (!mapping || !mapping->is_readable)
		return;
	range.start = address - mapping->start > before ? address - before : mapping->start;
	range.start &= ~(BYTES_PER_PAGE - 1);
	range.end = mapping->end - address > size ? address + size : mapping->end;
	range.end = (range.end + BYTES_PER_PAGE - 1) & ~(BYTES_PER_PAGE - 1);
	ranges->items[ranges->count++] = range;
}

static void add_thread(
	const struct stuck_snapshot *snapshot, struct ranges *ranges, size_t thread)
{
	const struct user_regs_struct *r = &snapshot->threads[thread].registers;
	const uint64_t arguments[ARGUMENTS] = { r->rdi, r->rsi, r->rdx, r->r10, r->r8, r->r9 };

	if (!snapshot->threads[thread].has_registers)
		return;
	add_range(snapshot, ranges, r->rsp, 0, STACK_SIZE_MAX);
	/* The code says which call it was that the kernel has taken up again. */
	add_range(snapshot, ranges, r->rip, CODE_SIZE, 0);
	for (size_t i = 0; i < ARGUMENTS; i++)
		add_range(snapshot, ranges, arguments[i], OBJECT_SIZE, BYTES_PER_PAGE);
}

static int compare_ranges(const void *left, const void *right)
{
	const struct range *a = left;
	const struct range *b = right;

	return (a->start > b->start) - (a->start < b->start);
}

/* Sorts, and makes one of those that touch. Returns the bytes that they hold. */
static size_t merge(struct ranges *ranges)
{
	size_t kept = 0;
	size_t bytes = 0;

	qsort(ranges->items, ranges->count, sizeof(*ranges->items), compare_ranges);
	for (size_t i = 0; i < ranges->count; i++) {
		struct range *last = kept ? &ranges->items[kept - 1] : NULL;

		if (!last || ranges->items[i].start > last->end)
			ranges->items[kept++] = ranges->items[i];
		else if (ranges->items[i].end > last->end)
			last->end = ranges->items[i].end;
	}
	ranges->count = kept;
	for (size_t i = 0; i < kept; i++)
		bytes += ranges->items[i].end - ranges->items[i].start;
	return bytes;
}

static void read_ranges(struct stuck_snapshot *snapshot, const struct ranges *ranges)
{
	uint8_t *to = snapshot->store;

	for (size_t i = 0; i < ranges->count; i++) {
		const struct range *range = &ranges->items[i];
		size_t size = range->end - range->start;
		struct iovec local = { to, size };
		struct iovec remote = { (void *)(uintptr_t)range->start, size };
		ssize_t got = process_vm_readv(snapshot->reader_tid, &local, 1, &remote, 1, 0);

		if (got > 0)
			snapshot->chunks[snapshot->chunk_count++] =
				(struct memory_chunk){ range->start, (size_t)got, to };
		to += size;
	}
}

int memory_copy(struct stuck_snapshot *snapshot)
{
	size_t max = snapshot->thread_count * RANGES_PER_THREAD;
	struct ranges ranges = { .items = calloc(max + 1, sizeof(*ranges.items)) };
	size_t bytes;

	if (!ranges.items)
		return -ENOMEM;
	for (size_t i = 0; i < snapshot->thread_count; i++)
		add_thread(snapshot, &ranges, i);
	bytes = merge(&ranges);
	snapshot->store = malloc(bytes + 1);
	snapshot->chunks = calloc(ranges.count + 1, sizeof(*snapshot->chunks));
	if (snapshot->store && snapshot->chunks)
		read_ranges(snapshot, &ranges);
	free(ranges.items);
	return snapshot->store && snapshot->chunks ? 0 : -ENOMEM;
}
