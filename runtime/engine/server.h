/* SPDX-License-Identifier: Apache-2.0 */
/* The execution server: a process that stands before main and forks one execution per request.
 */
#ifndef WEFT_RUNTIME_ENGINE_SERVER_H
#define WEFT_RUNTIME_ENGINE_SERVER_H

#include "common/wire.h"

/*
 * Serves until the tool closes the socket, which ends the process. Returns only in a child,
 * which is to run the execution. `socket` is the decimal descriptor number.
 */
void server_run(struct wire_region *region, const char *socket);

/* Empties what the runtime writes: the result and its areas. */
void result_reset(struct wire_region *region);

#endif
