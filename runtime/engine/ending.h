/* SPDX-License-Identifier: Apache-2.0 */
/* The end of an execution that weft decides: writes what is known to the region and leaves. */
#ifndef WEFT_RUNTIME_ENGINE_ENDING_H
#define WEFT_RUNTIME_ENGINE_ENDING_H

#include "runtime/engine/runtime.h"

/* Exit status of an execution process that ended itself with a verdict. */
#define EXECUTION_ENDED_STATUS 125

/* A text for the result's message; the first one stays. */
void execution_message(const char *text);

/*
 * Writes all threads, objects and stacks to the region. `self` is the running thread; `where`
 * its registers at the failure, or NULL for here.
 */
void execution_describe(struct thread *self, const struct context *where);

/* Describes, then ends the process at once. core.result->verdict must be set. */
_Noreturn void execution_end(struct thread *self);

/* A place for a debugger's breakpoint: called at the failure when config.debugger is set. */
void weft_stop_here(void);

/* Under a debugger: names the calling kernel thread by the creation path of `self`. */
void debugger_name(struct thread *self);

#endif
