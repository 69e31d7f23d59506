/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One atomic operation on its way from the TSan entries to the engine. All that a memory model
 * needs to know passes through atomic_begin() and atomic_end(), and nowhere else. Values are
 * sequentially consistent as yet; the orders count for what happens before what.
 */
#ifndef WEFT_RUNTIME_INTERPOSE_TSAN_ATOMIC_H
#define WEFT_RUNTIME_INTERPOSE_TSAN_ATOMIC_H

#include "runtime/engine/access.h"

/* The low bits of an order; compilers add hints above them (hardware lock elision). */
#define ATOMIC_ORDER_MASK 0x7fff

struct atomic_access {
	enum op_kind op;
	size_t size;
	uintptr_t address; /* 0: a fence */
	uintptr_t pc;
	int order;	   /* __ATOMIC_RELAXED ... __ATOMIC_SEQ_CST, perhaps with hints above */
	int failure_order; /* of a compare-exchange that fails; else as order */
};

static inline void atomic_begin(const struct atomic_access *access)
{
	access_atomic(access->op, access->address, access->size, access->pc);
}

/* What came of it. */
enum atomic_outcome {
	ATOMIC_LOOKED,	   /* a load, a fence, a compare-exchange that failed */
	ATOMIC_WROTE_SAME, /* what was there already */
	ATOMIC_CHANGED,
};

static inline enum atomic_outcome atomic_wrote(bool changed)
{
	return changed ? ATOMIC_CHANGED : ATOMIC_WROTE_SAME;
}

/*
 * `value` is what the location holds afterwards (the low 64 bits of a wider one). A loop of
 * operations that change nothing, on a lock that is taken say, is seen as the spinning it is.
 */
static inline void atomic_end(
	const struct atomic_access *access, uint64_t value, enum atomic_outcome outcome)
{
	bool failed = access->op == OP_ATOMIC_CAS && outcome == ATOMIC_LOOKED;
	struct atomic_done done = {
		.address = access->address,
		.pc = access->pc,
		.size = access->size,
		.op = access->op,
		.memory_order = failed ? access->failure_order : access->order,
		.value = value,
		.wrote = outcome != ATOMIC_LOOKED,
	};

	access_atomic_done(&done, outcome == ATOMIC_CHANGED);
}

#endif
