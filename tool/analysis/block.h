/* SPDX-License-Identifier: Apache-2.0 */
/* The heap block that a failure is about, and what was done to it, in words. */
#ifndef WEFT_TOOL_ANALYSIS_BLOCK_H
#define WEFT_TOOL_ANALYSIS_BLOCK_H

#include "tool/analysis/naming.h"

/* Of a use after free, a double free or an invalid free; NULL when the record has none. */
const struct wire_block *block_of_failure(const struct recording *recording);

/* The one that a racing address lies in, or NULL. */
const struct wire_block *block_around(const struct recording *recording, uint64_t address);

/* Whether the record lacks where the failure's block came from, though that could be had. */
bool block_lacks_stacks(const struct recording *recording);

/* "read of 4 bytes at offset 8 of a freed block of 24 bytes", or what was freed wrongly. */
const char *block_misuse(const struct recording *recording, char text[NAMING_SIZE]);

#endif
