/* SPDX-License-Identifier: Apache-2.0 */
/* Recognition of spinning threads; see spin.h. */
#include "runtime/core/spin.h"

#include "runtime/core/runnable.h"

static void release(struct core *core, struct thread *thread)
{
	thread->state = THREAD_RUNNABLE;
	runnable_add(core, thread->id);
	core->spinning_count--;
	spin_reset(thread);
}

static bool reads(const struct thread *thread, uint64_t address, uint32_t size)
{
	for (uint32_t i = 0; i < thread->spin.address_count && i < SPIN_ADDRESSES; i++)
		if (thread->spin.addresses[i] + 16 > address &&
			thread->spin.addresses[i] < address + (size ? size : 1))
			return true;
	return false;
}

/* Spinners that yield may poll memory that no hook sees: any change may be theirs. */
static bool watches(const struct thread *thread, uint64_t address, uint32_t size)
{
	return thread->spin.yields || !thread->spin.address_count || address == 0 ||
	       thread->spin.address_count > SPIN_ADDRESSES || reads(thread, address, size);
}

void spin_release_watchers(struct core *core, uint64_t address, uint32_t size)
{
	for (uint32_t i = 0; core->spinning_count && i < core->thread_count; i++) {
		struct thread *thread = core->threads[i];

		if (thread->state == THREAD_SPINNING && watches(thread, address, size))
			release(core, thread);
	}
}

void spin_release_readers(struct core *core, uint64_t address, uint32_t size)
{
	for (uint32_t i = 0; core->spinning_count && i < core->thread_count; i++) {
		struct thread *thread = core->threads[i];

		if (thread->state != THREAD_SPINNING || !reads(thread, address, size))
			continue;
		release(core, thread);
		core->fruitless = 0;
	}
}

void spin_note_place(struct thread *self, uint64_t address)
{
	uint32_t count = self->spin.address_count;

	if (count > SPIN_ADDRESSES)
		return;
	for (uint32_t i = 1; i < count; i++)
		if (self->spin.addresses[i] == address)
			return;
	if (count < SPIN_ADDRESSES)
		self->spin.addresses[count] = address;
	self->spin.address_count = count + 1;
}

void spin_set_aside(struct core *core, struct thread *self)
{
	self->state = THREAD_SPINNING;
	runnable_remove(core, self->id);
	core->spinning_count++;
}

void spin_release_all(struct core *core)
{
	for (uint32_t i = 0; core->spinning_count && i < core->thread_count; i++)
		if (core->threads[i]->state == THREAD_SPINNING)
			release(core, core->threads[i]);
}
