/* SPDX-License-Identifier: Apache-2.0 */
/* What a thread that spins looks at, again and again, by the end of its record. */
#ifndef WEFT_TOOL_ANALYSIS_SPINS_H
#define WEFT_TOOL_ANALYSIS_SPINS_H

#include <stddef.h>
#include <stdint.h>

#include "tool/trace/recording.h"

#define SPINS_MAX 4

/*
 * Its last observations, one for each place and object: indices of events, latest first.
 * Returns how many.
 */
size_t spins_of(const struct recording *recording, uint32_t thread, uint32_t events[SPINS_MAX]);

#endif
