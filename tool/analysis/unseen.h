/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Code of the program whose memory accesses and atomic operations weft does not see: libraries
 * that are not instrumented, other than those that come with the compiler, whose functions weft
 * knows.
 */
#ifndef WEFT_TOOL_ANALYSIS_UNSEEN_H
#define WEFT_TOOL_ANALYSIS_UNSEEN_H

#include "tool/launch/modules.h"

/* The file name of the first such library in an image, or NULL. Borrowed from `modules`. */
const char *unseen_library(const struct modules *modules);

#endif
