/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One execution under gdb: gdb starts the program itself, with the runtime preloaded and a
 * request waiting in the shared memory, so that the runtime runs it in place, without a server.
 */
#ifndef WEFT_TOOL_LAUNCH_DEBUGGER_H
#define WEFT_TOOL_LAUNCH_DEBUGGER_H

#include "tool/diag.h"
#include "tool/launch/server.h"

/*
 * Starts gdb in the foreground and waits for its end. The program stops where it fails; with
 * `commands` (a file of gdb's) these are carried out there and gdb leaves, else the user has
 * the prompt. Returns gdb's exit status, -ENOENT when there is no gdb, or another negative
 * errno.
 */
int debugger_run(const struct server_setup *setup, const struct server_request *request,
	const char *commands, struct diag *diag);

#endif
