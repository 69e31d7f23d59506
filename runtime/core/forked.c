/* SPDX-License-Identifier: Apache-2.0 */
/* The core's state in a forked child process; see forked.h. */
#include "runtime/core/forked.h"

#include "runtime/core/runnable.h"

static void thread_forget(struct core *core, struct thread *thread)
{
	if (thread->state == THREAD_RUNNABLE)
		runnable_remove(core, thread->id);
	else if (thread->state == THREAD_SPINNING)
		core->spinning_count--;
	core_wait_end(core, thread);
	thread->state = THREAD_FINISHED;
	core->live_count--;
}

void core_forked(struct core *core, struct thread *self)
{
	for (uint32_t i = 0; i < core->thread_count; i++)
		if (core->threads[i] != self && core->threads[i]->state != THREAD_FINISHED)
			thread_forget(core, core->threads[i]);
	core->current = self;
	core->fruitless = 0;
}
