/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One atomic operation on its way from the TSan entries to the engine. All that a memory model
 * needs to know passes through atomic_begin() and atomic_end(), and nowhere else. The engine's
 * model is sequential consistency as yet, so the orders go no further than this.
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

/*
 * `value` is what the location holds afterwards (the low 64 bits of a wider one); `changed` is
 * whether that differs from what it held before, so that a loop of exchanges on a lock that is
 * taken is seen as the spinning it is.
 */
static inline void atomic_end(const struct atomic_access *access, uint64_t value, int changed)
{
	access_atomic_done(access->op, access->address, value, changed);
}

#endif
