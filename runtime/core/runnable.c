/* SPDX-License-Identifier: Apache-2.0 */
/* The sorted set of runnable threads; see runnable.h. */
#include "runtime/core/runnable.h"

#include "common/bug.h"

/* The index of the first entry that is not below `thread`. */
static uint32_t lower_bound(const struct core *core, thread_id thread)
{
	uint32_t low = 0, high = core->runnable_count;

	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (core->runnable[middle] < thread)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void runnable_add(struct core *core, thread_id thread)
{
	uint32_t index = lower_bound(core, thread);

	BUG_ON(index < core->runnable_count && core->runnable[index] == thread);
	for (uint32_t i = core->runnable_count; i > index; i--)
		core->runnable[i] = core->runnable[i - 1];
	core->runnable[index] = thread;
	core->runnable_count++;
}

void runnable_remove(struct core *core, thread_id thread)
{
	uint32_t index = lower_bound(core, thread);

	BUG_ON(index == core->runnable_count || core->runnable[index] != thread);
	core->runnable_count--;
	for (uint32_t i = index; i < core->runnable_count; i++)
		core->runnable[i] = core->runnable[i + 1];
}

thread_id runnable_after(const struct core *core, thread_id thread)
{
	uint32_t index = lower_bound(core, thread + 1);

	return core->runnable[index < core->runnable_count ? index : 0];
}
