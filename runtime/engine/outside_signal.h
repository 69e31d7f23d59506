/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When nobody can run, is it a deadlock? Not surely while the program has a handler for a
 * signal that may come from outside: the handler can post a semaphore or write to a pipe. A
 * thread that waits for such a thing may go on then, and with it all who wait for that thread.
 * Only when somebody waits whom nothing of this can reach is it a deadlock for certain.
 */
#ifndef WEFT_RUNTIME_ENGINE_OUTSIDE_SIGNAL_H
#define WEFT_RUNTIME_ENGINE_OUTSIDE_SIGNAL_H

#include "runtime/core/core.h"

/* Nobody can run, and no timer is pending: whether a handler may let everyone go on. */
bool outside_signal_may_help(const struct core *core);

/*
 * Waits in the kernel, for ever if need be: the watchdog ends an execution that does nothing.
 * Returns when a handler has let somebody go on.
 */
void outside_signal_wait(struct core *core);

#endif
