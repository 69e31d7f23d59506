/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the instrumented program's memory accesses tell the engine. Called by the TSan entries
 * and the memory and string interceptors in interpose/, before the access itself is done.
 *
 * Every function may be called at any time, also before the engine is in charge and from
 * threads it does not know: then it does nothing. `pc` is the return address into the program.
 * errno is preserved. A call may switch to another thread and return much later.
 */
#ifndef WEFT_RUNTIME_ENGINE_ACCESS_H
#define WEFT_RUNTIME_ENGINE_ACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/op.h"

#define CALLER_PC() ((uintptr_t)__builtin_return_address(0))

/* 1 once any loaded code announced itself by __tsan_init. */
extern int access_instrumented __attribute__((visibility("hidden")));
/* 1 once that or freed memory is there: until then the memory functions have nothing to tell.
 */
extern int access_told __attribute__((visibility("hidden")));

/* The code around `pc` announces itself as instrumented. */
void access_instrument(uintptr_t pc);

struct wire_region;
struct arena;

/* Takes over the region's points for one execution. */
void access_begin(struct wire_region *region, struct arena *arena);

/* A plain read or write of `size` bytes (any size, any alignment). */
void access_read(uintptr_t address, size_t size, uintptr_t pc);
void access_write(uintptr_t address, size_t size, uintptr_t pc);

/*
 * The same, done by a function of libc that was called from `pc`: only what instrumented code
 * has it do can race, but no one may touch what was freed.
 */
void access_read_by_libc(uintptr_t address, size_t size, uintptr_t pc);
void access_write_by_libc(uintptr_t address, size_t size, uintptr_t pc);

/*
 * A scheduling point before an atomic operation or fence: OP_ATOMIC_LOAD, _STORE, _RMW, _CAS or
 * OP_FENCE (address 0). The caller then carries it out with the compiler's own builtin; no
 * other thread of the program runs until the next point.
 */
void access_atomic(enum op_kind op, uintptr_t address, size_t size, uintptr_t pc);

/* An atomic operation that was carried out. */
struct atomic_done {
	uint64_t address; /* 0: a fence */
	uint64_t pc;
	size_t size;
	enum op_kind op;
	int memory_order; /* __ATOMIC_...; of a failed compare-exchange, the one for that */
	uint64_t value;	  /* what the location holds afterwards, or its low 64 bits */
	bool wrote;
};

/*
 * After the atomic: did it change anything? A failed compare-exchange and a load have not, and
 * repeated for ever they are spinning.
 */
void access_atomic_done(const struct atomic_done *done, bool changed);

/* Accesses from there were seen racing: they are points in later executions. */
void access_learn(uintptr_t pc);

/* Function entry (pc: the caller's call site) and exit, for the stacks of accesses. */
void access_function_enter(uintptr_t pc);
void access_function_exit(void);

#endif
