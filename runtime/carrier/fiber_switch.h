/* SPDX-License-Identifier: Apache-2.0 */
/* The few instructions that make one kernel thread run another fiber. */
#ifndef WEFT_RUNTIME_CARRIER_FIBER_SWITCH_H
#define WEFT_RUNTIME_CARRIER_FIBER_SWITCH_H

#include <stdint.h>

/* What a stopped fiber has on its stack, from its stack pointer upwards. */
struct fiber_frame {
	uint32_t mxcsr;
	uint16_t x87_control;
	uint16_t unused;
	uint64_t r15, r14, r13, r12, rbx, rbp;
	uint64_t pc;
};

/*
 * Saves the running fiber's frame at *save_sp, sets FS to `thread_pointer`, and continues the
 * fiber whose frame is at load_sp. Whatever a C function may change of a caller's is left to
 * the compiler.
 */
void fiber_switch(uint64_t *save_sp, uint64_t load_sp, uintptr_t thread_pointer);

/* Where a new fiber begins: calls the function in r12 with r13; it must not return. */
void fiber_begin(void);

/* 1: the CPU and the kernel allow wrfsbase; else arch_prctl is used. */
extern int fiber_has_fsgsbase;

#endif
