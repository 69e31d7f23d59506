/* SPDX-License-Identifier: Apache-2.0 */
/* The core's state in a forked child process. */
#ifndef WEFT_RUNTIME_CORE_FORKED_H
#define WEFT_RUNTIME_CORE_FORKED_H

#include "runtime/core/core.h"

/*
 * All threads but `self`, which is running, are gone: they count as finished, but nobody is
 * told, and what they held stays held, as POSIX has it for the child of a threaded process.
 */
void core_forked(struct core *core, struct thread *self);

#endif
