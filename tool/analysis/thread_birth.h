/* SPDX-License-Identifier: Apache-2.0 */
/* Which event of a recording made a thread. */
#ifndef WEFT_TOOL_ANALYSIS_THREAD_BIRTH_H
#define WEFT_TOOL_ANALYSIS_THREAD_BIRTH_H

#include "tool/trace/recording.h"

/* The index of the event that created it; WIRE_NONE for main and when it was not recorded. */
uint32_t thread_birth(const struct recording *recording, uint32_t thread);

#endif
