/* SPDX-License-Identifier: Apache-2.0 */
/* Recognition of spinning threads; see spin.h. */
#include "runtime/core/spin.h"

#include "runtime/core/runnable.h"

static void spin_reset(struct thread *self)
{
	self->spin.address_count = 0;
	self->spin.observations = 0;
	self->spin.yields = 0;
	self->spin.quiet_reads = 0;
}

static void release(struct core *core, struct thread *thread)
{
	thread->state = THREAD_RUNNABLE;
	runnable_add(core, thread->id);
	core->spinning_count--;
	spin_reset(thread);
}

/* Spinners that yield may poll memory that no hook sees: any change may be theirs. */
static bool watches(const struct thread *thread, uint64_t address, uint32_t size)
{
	if (thread->spin.yields || !thread->spin.address_count || address == 0 ||
		thread->spin.address_count > SPIN_ADDRESSES)
		return true;
	for (uint32_t i = 0; i < thread->spin.address_count; i++)
		if (thread->spin.addresses[i] + 16 > address &&
			thread->spin.addresses[i] < address + (size ? size : 1))
			return true;
	return false;
}

static void release_watchers(struct core *core, uint64_t address, uint32_t size)
{
	for (uint32_t i = 0; core->spinning_count && i < core->thread_count; i++) {
		struct thread *thread = core->threads[i];

		if (thread->state == THREAD_SPINNING && watches(thread, address, size))
			release(core, thread);
	}
}

static void note_read(struct thread *self, uint64_t address)
{
	uint32_t count = self->spin.address_count;

	self->spin.observations++;
	if (address == 0 || count > SPIN_ADDRESSES)
		return;
	for (uint32_t i = 0; i < count; i++)
		if (self->spin.addresses[i] == address)
			return;
	if (count < SPIN_ADDRESSES)
		self->spin.addresses[count] = address;
	self->spin.address_count = count + 1;
}

void spin_note_write(struct core *core, struct thread *self, uint64_t address, uint32_t size)
{
	spin_reset(self);
	core->fruitless = 0;
	if (core->spinning_count)
		release_watchers(core, address, size);
}

void spin_settle(struct core *core, struct thread *self)
{
	enum op_effect effect = op_effect((enum op_kind)self->op.kind);

	if (effect == OP_EFFECT_WRITE && self->op.unchanged)
		effect = OP_EFFECT_READ;
	self->op.unchanged = false;
	switch (effect) {
	case OP_EFFECT_WRITE:
		spin_note_write(core, self, self->op.address, self->op.size);
		break;
	case OP_EFFECT_READ:
		note_read(self, self->op.address);
		break;
	case OP_EFFECT_YIELD:
		/* Who sleeps is in nobody's way, and time passes by itself. */
		if (self->op.kind == OP_SLEEP) {
			spin_reset(self);
			break;
		}
		self->spin.yields++;
		self->spin.observations++;
		break;
	case OP_EFFECT_LOCAL:
		break;
	}
	self->op.kind = OP_NONE;
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
