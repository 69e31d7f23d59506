/* SPDX-License-Identifier: Apache-2.0 */
/* The verdict in one sentence. */
#ifndef WEFT_TOOL_STUCK_SUMMARY_H
#define WEFT_TOOL_STUCK_SUMMARY_H

#include "tool/stuck/stuck.h"

/* Fills `stuck->summary`. */
void summary_write(struct stuck *stuck);

#endif
