/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The set of threads that may be chosen: an array sorted by number, so that strategies can
 * index it, and "the next number, cyclically" is a search. Threads are few and most sets tiny:
 * moving a few bytes beats any cleverer structure up to some hundred threads.
 */
#ifndef WEFT_RUNTIME_CORE_RUNNABLE_H
#define WEFT_RUNTIME_CORE_RUNNABLE_H

#include "runtime/core/core.h"

/* `thread` must not be in the set. */
void runnable_add(struct core *core, thread_id thread);

/* `thread` must be in the set. */
void runnable_remove(struct core *core, thread_id thread);

/* The smallest number above `thread`, else the smallest of all. The set must not be empty. */
thread_id runnable_after(const struct core *core, thread_id thread);

#endif
