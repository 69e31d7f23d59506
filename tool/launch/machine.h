/* SPDX-License-Identifier: Apache-2.0 */
/* Does this machine, as it is set up for this user, allow what weft does? */
#ifndef WEFT_TOOL_LAUNCH_MACHINE_H
#define WEFT_TOOL_LAUNCH_MACHINE_H

#include "tool/launch/check.h"

/* Kernel, libc, address layout, FS base, shared memory, limits, confinement. */
void machine_check(struct checks *checks);

/* libweft.so: is it there, and does the loader take it into a program? */
void machine_check_runtime(struct checks *checks);

#endif
