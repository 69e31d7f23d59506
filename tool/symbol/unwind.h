/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stacks from snapshots: the registers and the top of a thread's stack that the runtime copied
 * (struct wire_stack in common/wire.h). Frames are found by the modules' call frame
 * information, as gdb does, so that programs need no frame pointers; code without such
 * information is passed by its frame pointer if it keeps one.
 */
#ifndef WEFT_TOOL_SYMBOL_UNWIND_H
#define WEFT_TOOL_SYMBOL_UNWIND_H

#include <stdbool.h>
#include <stddef.h>

#include "common/wire.h"
#include "tool/symbol/symbols.h"

/*
 * Fills `frames`, innermost first, inlined functions included. `stack->pc` is taken for an
 * address that was about to be executed, not for a return address. `available` is how many
 * bytes can be read from `stack` on: its own `size` is not trusted. Frames of weft's runtime at
 * the top are left out, with the signal trampoline below them: the first frame is the program's
 * call.
 *
 * The stack ends where the snapshot does, where it makes no sense, or at `max`. Returns the
 * number of frames; 0 only if `max` or `available` is too small.
 */
size_t symbols_unwind(struct symbols *symbols, const struct wire_stack *stack, size_t available,
	struct symbol_frame *frames, size_t max);

/* As much of a stack as there is room for: its beginning, and its end if that is wanted. */
struct stack_ends {
	struct symbol_frame *frames;
	size_t max;
	size_t outermost; /* how many of `max` are kept for the end; 0: the first `max` are
			     wanted */
	size_t count;	  /* filled */
	size_t left_out;  /* frames left out before the last `outermost` of `count` */
};

/* symbols_unwind() for stacks of any depth: the caller gives the first three. */
void symbols_unwind_ends(struct symbols *symbols, const struct wire_stack *stack,
	size_t available, struct stack_ends *unwound);

/* Whether the frame is code of libweft.so and none of the program's. */
bool symbol_frame_is_runtime(const struct symbol_frame *frame);

#endif
