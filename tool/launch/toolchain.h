/* SPDX-License-Identifier: Apache-2.0 */
/* The programs and files beside weft that make it more useful: compilers, gdb, debug
 * information. */
#ifndef WEFT_TOOL_LAUNCH_TOOLCHAIN_H
#define WEFT_TOOL_LAUNCH_TOOLCHAIN_H

#include "tool/launch/check.h"

void toolchain_check(struct checks *checks);

#endif
