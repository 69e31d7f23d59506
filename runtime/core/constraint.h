/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a request forbids the scheduler, to see whether a program would be right if it were so:
 * a stretch of code that is not interrupted, an operation that comes after another. A stretch
 * ends with its last operation, or after so many that it cannot be what was meant; a thread
 * that waits in it lets others run. An operation that has to come later is put off as long as
 * anybody else can run.
 */
#ifndef WEFT_RUNTIME_CORE_CONSTRAINT_H
#define WEFT_RUNTIME_CORE_CONSTRAINT_H

#include <stdbool.h>

#include "common/wire.h"
#include "runtime/core/arena.h"
#include "runtime/core/thread.h"
#include "runtime/strategy/strategy.h"

struct constraints;

/* NULL for none. The list is borrowed. */
struct constraints *constraints_new(
	struct arena *arena, const struct wire_constraint *list, uint32_t count);

/* The thread has come to thread->op: whether it may be interrupted there is in unpreemptible.
 */
void constraints_arrive(struct constraints *constraints, struct thread *thread);

/* Takes out of the choice who has to wait, unless that is everybody. `usual` follows. */
void constraints_filter(struct constraints *constraints, struct choice *choice);

#endif
