/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Uses of locks and threads that are wrong by themselves, into the shared region. Nothing
 * changes for the program: the call does what it does, and the execution goes on.
 *
 * A lock that was taken where weft could not see it (before it was in charge, by a thread that
 * it does not run) is none of its business: the hooks ask the program's memory first.
 */
#ifndef WEFT_RUNTIME_ENGINE_MISUSE_H
#define WEFT_RUNTIME_ENGINE_MISUSE_H

#include "runtime/engine/runtime.h"

/* For one execution. */
void misuse_begin(struct wire_region *region);

/* `self` does that to `object`, which another holds or waits for, or nobody: as it is now. */
void misuse_of(struct thread *self, enum wire_misuse_kind kind, const struct object *object);

/* The object is about to be destroyed or initialised, though held or waited for? */
void misuse_check_destroy(struct thread *self, const struct object *object);
void misuse_check_init(struct thread *self, const struct object *object);

/* `self` waits for `cond` with `mutex`; others, at the same time, with another one? */
void misuse_check_mutexes(
	struct thread *self, const struct object *cond, const struct object *mutex);

/* `self` has come to an operation inside of a handler that interrupted an unsafe call. */
void misuse_in_handler(struct thread *self, enum op_kind kind, const struct object *object);

/* Whether a handler that comes in the middle of such an operation may only make safe calls. */
bool misuse_is_unsafe(uint32_t op);

/* `self` ends, or with it the process: what does it hold? */
void misuse_check_end(struct thread *self, enum wire_misuse_kind kind);

/* `thread` has ended, and at the end of the process nobody has joined or detached it. */
void misuse_leaked(const struct thread *thread);

#endif
