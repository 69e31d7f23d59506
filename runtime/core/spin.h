/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recognises threads that spin: the same few reads again and again, or only yields, with no
 * write of their own. Such a thread is set aside until someone writes what it reads, so that a
 * strategy that prefers it can't starve the one it waits for. Being wrong costs interleavings,
 * never progress.
 */
#ifndef WEFT_RUNTIME_CORE_SPIN_H
#define WEFT_RUNTIME_CORE_SPIN_H

#include "runtime/core/core.h"

/* Reads in a row from at most SPIN_ADDRESSES places: a loop that waits. */
#define SPIN_READS 64u
/* Reads in a row from many places: a scan perhaps, but others deserve a turn. */
#define SPIN_SCAN 16384u
/* Yields in a row. */
#define SPIN_YIELDS 16u

/* Whether `self` has observed so long that it is to be set aside. */
static inline bool spin_recognised(const struct thread *self)
{
	if (self->spin.yields >= SPIN_YIELDS)
		return true;
	if (self->spin.observations < SPIN_READS)
		return false;
	return self->spin.address_count <= SPIN_ADDRESSES ||
	       self->spin.observations >= SPIN_SCAN;
}

/* Sets the running, runnable thread aside. */
void spin_set_aside(struct core *core, struct thread *self);

/* Lets everyone look again. */
void spin_release_all(struct core *core);

/* Lets those look again who read what `self` has written. */
void spin_release_watchers(struct core *core, uint64_t address, uint32_t size);

/* The same for those only who are known to read that very place. */
void spin_release_readers(struct core *core, uint64_t address, uint32_t size);

/* Keeps one more place that `self` reads; `address` is not the first of them. */
void spin_note_place(struct thread *self, uint64_t address);

static inline void spin_reset(struct thread *self)
{
	self->spin.address_count = 0;
	self->spin.observations = 0;
	self->spin.yields = 0;
	self->spin.quiet_reads = 0;
}

/* A write of `self`, a scheduling point or not. */
static inline void spin_note_write(
	struct core *core, struct thread *self, uint64_t address, uint32_t size)
{
	spin_reset(self);
	core->fruitless = 0;
	if (__builtin_expect(core->spinning_count != 0, 0))
		spin_release_watchers(core, address, size);
}

/* A write to a variable of the writer's own function, which another thread may look at. */
static inline void spin_note_local_write(struct core *core, uint64_t address, uint32_t size)
{
	if (__builtin_expect(core->spinning_count != 0, 0))
		spin_release_readers(core, address, size);
}

static inline void spin_note_read(struct thread *self, uint64_t address)
{
	self->spin.observations++;
	if (address && (self->spin.address_count == 0 || self->spin.addresses[0] != address))
		spin_note_place(self, address);
}

/* Accounts for the operation that `self` has just carried out. Inline, for all points do it. */
static inline void spin_settle(struct core *core, struct thread *self)
{
	enum op_effect effect = op_effect((enum op_kind)self->op.kind);

	if (effect == OP_EFFECT_WRITE && !self->op.unchanged)
		spin_note_write(core, self, self->op.address, self->op.size);
	else if (effect == OP_EFFECT_WRITE || effect == OP_EFFECT_READ)
		spin_note_read(self, self->op.address);
	else if (self->op.kind == OP_SLEEP) {
		/* Who sleeps is in nobody's way, and time passes by itself. */
		spin_reset(self);
	} else if (effect == OP_EFFECT_YIELD) {
		self->spin.yields++;
		self->spin.observations++;
	}
	self->op.unchanged = false;
	self->op.kind = OP_NONE;
}

#endif
