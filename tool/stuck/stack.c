/* SPDX-License-Identifier: Apache-2.0 */
/* Hands a thread's registers and copied stack to the unwinder; see stack.h. */
#include "tool/stuck/stack.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/wire.h"
#include "tool/stuck/memory_copy.h"
#include "tool/symbol/unwind.h"

int stack_unwind(const struct stuck_snapshot *snapshot, struct symbols *symbols, size_t thread,
	struct stuck_stack *ret_stack)
{
	const struct user_regs_struct *r = &snapshot->threads[thread].registers;
	struct symbol_frame frames[STUCK_FRAMES_MAX];
	const uint8_t *bytes = NULL;
	size_t size = snapshot_span(snapshot, r->rsp, &bytes);
	struct wire_stack *stack;

	*ret_stack = (struct stuck_stack){ 0 };
	if (!snapshot->threads[thread].has_registers)
		return 0;
	if (size > STACK_SIZE_MAX)
		size = STACK_SIZE_MAX;
	size &= ~(size_t)7;
	stack = malloc(sizeof(*stack) + size);
	if (!stack)
		return -ENOMEM;
	*stack = (struct wire_stack){ .sp = r->rsp,
		.pc = r->rip,
		.rbp = r->rbp,
		.rbx = r->rbx,
		.r12 = r->r12,
		.r13 = r->r13,
		.r14 = r->r14,
		.r15 = r->r15,
		.size = (uint32_t)size };
	if (size)
		memcpy(stack->bytes, bytes, size);
	ret_stack->count =
		symbols_unwind(symbols, stack, sizeof(*stack) + size, frames, STUCK_FRAMES_MAX);
	free(stack);
	ret_stack->frames = calloc(ret_stack->count + 1, sizeof(*frames));
	if (!ret_stack->frames)
		return -ENOMEM;
	memcpy(ret_stack->frames, frames, ret_stack->count * sizeof(*frames));
	return 0;
}
