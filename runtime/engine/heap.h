/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The program's heap: which blocks it has and has had, and what it does to them that it must
 * not. A freed block is kept for a while, its contents spoilt, before the allocator gets it
 * back, so that a stale pointer meets no new owner. Its memory is marked in the shadow; whoever
 * accesses it ends the execution with the verdict.
 *
 * Allocating and freeing are no scheduling points, and no thread is switched in between. All
 * functions are called inside the runtime (runtime_self is NULL), but where they say otherwise.
 */
#ifndef WEFT_RUNTIME_ENGINE_HEAP_H
#define WEFT_RUNTIME_ENGINE_HEAP_H

#include <stddef.h>

#include "runtime/engine/runtime.h"
#include "runtime/hb/race.h"

/* What is below the hooks. */
struct heap_allocator {
	void (*release)(void *block);
	size_t (*room)(void *block); /* how much of it may be used; NULL: not told */
	bool is_libc;		     /* its memory comes through no other door than the hooks */
};

/*
 * Freed blocks by address: how many lie in each stretch of so many bytes, to tell most
 * addresses quickly. Stretches far apart share an entry; the part of their addresses that tells
 * them apart is kept as long as it is the same for all blocks.
 */
#define HEAP_STRETCH_SHIFT 10u
#define HEAP_STRETCHES 65536u

struct heap_stretch {
	uint8_t count; /* sticks at its highest value */
	uint8_t tag;   /* 0: of several */
};

struct heap {
	uint64_t freed_low;  /* all freed blocks lie from here on, */
	uint64_t freed_span; /* in so many bytes; 0: there are none */
	bool on; /* blocks are followed, in this execution and not in a child process of it */
	struct heap_stretch stretches[HEAP_STRETCHES];
};

extern struct heap heap;

/* Once, before the first execution; never called: no block is followed. */
void heap_prepare(const struct heap_allocator *allocator);

/* For one execution. */
void heap_begin(struct wire_region *region, struct arena *arena);

/* In a child process: what is known of blocks stays, but nothing is told. */
void heap_forked(void);

/* The calling thread is, or ceases to be, one that weft runs; may be called anywhere. */
void heap_thread_starts(void);
void heap_thread_ends(void);

/* `self` got a block. */
void heap_allocated(struct thread *self, void *block, size_t size, uint64_t pc);

/*
 * `self` frees a block, or what it takes for one: ends the execution if it is none. Returns
 * true when the caller is to give it to the allocator, false when it is kept for now.
 */
bool heap_freed(struct thread *self, void *block, uint64_t pc);

/* Gives all kept blocks to the allocator, which has run out of memory. */
void heap_drain(void);

/* The block is in use and known; then its size. */
bool heap_known(const void *block, size_t *ret_size);

/* `self` resizes what may be no block in use: ends the execution as heap_freed() does. */
void heap_check_resized(struct thread *self, void *block, uint64_t pc);

/* The allocator moved a known block elsewhere, and has its memory back. */
void heap_moved(void *block, size_t old_size);

/* It is in use with that size from now on: nothing was moved. */
void heap_resized(void *block, size_t size);

/*
 * The block was given to the allocator behind weft's back: by the runtime itself, or by a
 * thread that weft does not run. Called anywhere.
 */
void heap_dropped(void *block);

/* Memory came from somewhere else than the hooks' allocator. */
void heap_unseen(void *memory, size_t size);

/* The slow half of heap_check(). */
void heap_check_now(
	struct thread *self, uint64_t address, size_t size, enum op_kind op, uint64_t pc);

static inline struct heap_stretch *heap_stretch(uint64_t address)
{
	return &heap.stretches[address >> HEAP_STRETCH_SHIFT & (HEAP_STRETCHES - 1)];
}

static inline bool heap_suspects(uint64_t address)
{
	return __builtin_expect(address - heap.freed_low < heap.freed_span, 0) &&
	       heap_stretch(address)->count != 0;
}

/* `self` is about to use these few bytes: ends the execution when they were freed. */
static inline void heap_check(
	struct thread *self, uint64_t address, size_t size, enum op_kind op, uint64_t pc)
{
	if (heap_suspects(address))
		heap_check_now(self, address, size, op, pc);
}

/* The same for any number of bytes. */
void heap_check_range(
	struct thread *self, uint64_t address, size_t size, enum op_kind op, uint64_t pc);

/* For struct race_detector. */
void heap_accessed_freed(const struct present_access *access, uint32_t block);

/* When recording: the block around that address, if there is one, for the report. */
void heap_tell_block(uint64_t address);

#endif
