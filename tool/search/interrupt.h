/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ctrl-C, SIGTERM and SIGHUP during a campaign: the first one asks it to end in order, the
 * second one ends the tool and all programs it runs at once. A reader that goes away from
 * stdout (SIGPIPE) asks as well: what was found is still saved.
 */
#ifndef WEFT_TOOL_SEARCH_INTERRUPT_H
#define WEFT_TOOL_SEARCH_INTERRUPT_H

#include <stdbool.h>

#include "tool/diag.h"

/*
 * Takes over these signals, except those that the tool was started to ignore. Returns a
 * descriptor that becomes readable, for good, with the first signal; or a negative errno. Once
 * per process.
 */
int interrupt_install(struct diag *diag);

/* True from the first signal on. */
bool interrupt_requested(void);

#endif
