/* SPDX-License-Identifier: Apache-2.0 */
/* Registers and stacks of spinning threads as one number; see private_state.h. */
#include "runtime/engine/private_state.h"

#include "common/hash.h"

static uint64_t hash_context(uint64_t hash, const struct context *context)
{
	hash = hash_fold(hash, context->sp);
	hash = hash_fold(hash, context->pc);
	hash = hash_fold(hash, context->rbp);
	hash = hash_fold(hash, context->rbx);
	hash = hash_fold(hash, context->r12);
	hash = hash_fold(hash, context->r13);
	hash = hash_fold(hash, context->r14);
	return hash_fold(hash, context->r15);
}

static uint64_t hash_stack(uint64_t hash, uint64_t low, const struct stack_bounds *bounds)
{
	uint64_t high = bounds->high;
	const uint64_t *word = (const uint64_t *)(uintptr_t)low;

	if (high - low > PRIVATE_STACK_SIZE)
		high = low + PRIVATE_STACK_SIZE;
	for (; (uint64_t)(uintptr_t)(word + 1) <= high; word++)
		hash = hash_fold(hash, *word);
	return hash;
}

uint64_t private_state_hash(const struct core *core, const struct carrier_ops *carrier,
	const struct thread *self, const struct context *here)
{
	uint64_t hash = 0;
	uint32_t left = core->spinning_count;

	for (uint32_t i = 0; left && i < core->thread_count; i++) {
		const struct thread *thread = core->threads[i];
		struct context context = *here;
		struct stack_bounds bounds;

		if (thread->state != THREAD_SPINNING)
			continue;
		left--;
		carrier->bounds(thread, &bounds);
		if (thread != self)
			carrier->context(thread, &context);
		hash = hash_context(hash_fold(hash, i), &context);
		if (context.sp >= bounds.low && context.sp < bounds.high)
			hash = hash_stack(hash, context.sp & ~UINT64_C(7), &bounds);
	}
	return hash;
}
