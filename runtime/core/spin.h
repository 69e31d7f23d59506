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

/* Whether `self` has observed so long that it is to be set aside. */
bool spin_recognised(const struct thread *self);

/* Sets the running, runnable thread aside. */
void spin_set_aside(struct core *core, struct thread *self);

/* Lets everyone look again. */
void spin_release_all(struct core *core);

/* A plain write that was no scheduling point. */
void spin_note_write(struct core *core, struct thread *self, uint64_t address, uint32_t size);

#endif
