/* SPDX-License-Identifier: Apache-2.0 */
/* Does this machine, as it is set up for this user, allow what weft does? */
#ifndef WEFT_TOOL_LAUNCH_MACHINE_H
#define WEFT_TOOL_LAUNCH_MACHINE_H

#include <stdbool.h>

#include "tool/launch/check.h"

/* Kernel, libc, address layout, FS base, shared memory, limits, confinement. */
void machine_check(struct checks *checks);

/*
 * Whether programs can be given the same addresses each time; where not, what they do may
 * depend on it. Asks the system once.
 */
bool machine_fixes_addresses(void);

/* libweft.so: is it there, and does the loader take it into a program? */
void machine_check_runtime(struct checks *checks);

#endif
