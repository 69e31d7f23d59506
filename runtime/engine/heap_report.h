/* SPDX-License-Identifier: Apache-2.0 */
/* What the program does wrong with its heap, on its way to the tool. Only for engine/heap.c. */
#ifndef WEFT_RUNTIME_ENGINE_HEAP_REPORT_H
#define WEFT_RUNTIME_ENGINE_HEAP_REPORT_H

#include "runtime/core/blocks.h"
#include "runtime/engine/runtime.h"

struct freed_access {
	uint64_t address;
	uint64_t size;
	uint64_t pc;
	enum op_kind op;
};

/* For one execution. `allocator_code`: an address in the allocator's code. */
void heap_report_begin(
	struct wire_region *region, const struct blocks *blocks, uint64_t allocator_code);

/* When recording: keeps the stack if the request watches for that block. */
void heap_report_watch(struct thread *self, const struct block *block, bool freed);

/* These end the execution. */
_Noreturn void heap_report_access(
	struct thread *self, const struct block *block, const struct freed_access *access);
_Noreturn void heap_report_double_free(
	struct thread *self, const struct block *block, uint64_t pc);

/*
 * What `self` frees is not known as a block: returns unless it is certain that it is none.
 * `unseen`: there may be blocks in the place of known ones.
 */
void heap_report_unknown(struct thread *self, uint64_t address, uint64_t pc, bool unseen);

/* Tells of the block around the address, if there is one. */
void heap_report_around(uint64_t address);

#endif
