/* SPDX-License-Identifier: Apache-2.0 */
/* Writing a request into the shared memory; used by the server only. */
#ifndef WEFT_TOOL_LAUNCH_REQUEST_H
#define WEFT_TOOL_LAUNCH_REQUEST_H

#include "tool/launch/region.h"
#include "tool/launch/server.h"

/*
 * Writes the request and its lists, their addresses carried over into the image `own`;
 * addresses in files that `own` does not map are left out. Returns 0, -E2BIG or -ENOMEM.
 */
int request_write(
	struct region *region, const struct modules *own, const struct server_request *request);

/* Carries the code that the request itself names from `image` to `own`. */
void request_carry(
	struct wire_request *wire, const struct modules *image, const struct modules *own);

#endif
