/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waits whose end the kernel decides: descriptors, child processes, file locks of other processes.
 * The waiting thread waits in the core like any other; this asks the kernel whether it may go on.
 */
#ifndef WEFT_RUNTIME_ENGINE_EXTERNAL_H
#define WEFT_RUNTIME_ENGINE_EXTERNAL_H

#include <stdbool.h>

#include "runtime/core/core.h"

/* At a scheduling point: wakes those whose event has come, if anything can have changed. */
void external_poll(struct core *core);

/*
 * Nobody can run: wakes those whose event has come, and where only the world outside of the process
 * can help, waits for it in real time. Returns true when somebody was woken.
 */
bool external_idle(struct core *core);

#endif
