/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recognises threads that spin: the same few reads again and again, or only yields, with no write of
 * their own. Such a thread is set aside until someone writes what it reads, so that a strategy that
 * prefers it can't starve the one it waits for. Being wrong costs interleavings, never progress.
 */
#ifndef WEFT_RUNTIME_CORE_SPIN_H
#define WEFT_RUNTIME_CORE_SPIN_H

#include "runtime/core/core.h"

/* Accounts for the operation that `self` has just carried out. */
void spin_settle(struct core *core, struct thread *self);

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
	return self->spin.address_count <= SPIN_ADDRESSES || self->spin.observations >= SPIN_SCAN;
}

/* Sets the running, runnable thread aside. */
void spin_set_aside(struct core *core, struct thread *self);

/* Lets everyone look again. */
void spin_release_all(struct core *core);

/* A plain write that was no scheduling point. */
void spin_note_write(struct core *core, struct thread *self, uint64_t address, uint32_t size);

#endif
