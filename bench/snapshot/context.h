/* SPDX-License-Identifier: Apache-2.0 */
/* Going back to a point of the program whose memory was put back, and onto another stack. */
#ifndef WEFT_BENCH_SNAPSHOT_CONTEXT_H
#define WEFT_BENCH_SNAPSHOT_CONTEXT_H

#include <stdint.h>

struct snapshot_context {
	uint64_t rbx, rbp, r12, r13, r14, r15, rsp, rip;
	uint64_t thread_pointer; /* the caller fills it in */
};

/* Returns 0; and 1 when resumed. */
__attribute__((returns_twice)) int snapshot_context_save(struct snapshot_context *context);

_Noreturn void snapshot_context_resume(const struct snapshot_context *context);

/* Calls function(argument) on the stack that ends at `top`; it must not return. */
_Noreturn void snapshot_call_on(void *top, void (*function)(int), int argument);

#endif
