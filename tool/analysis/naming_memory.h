/* SPDX-License-Identifier: Apache-2.0 */
/* What memory of the program is called: a variable, or whose stack or heap it is. */
#ifndef WEFT_TOOL_ANALYSIS_NAMING_MEMORY_H
#define WEFT_TOOL_ANALYSIS_NAMING_MEMORY_H

#include "tool/analysis/naming.h"

/*
 * "counter" or "table[2].count" for a variable, "the stack of main.1 (worker)", "a heap
 * block of 24 bytes (offset 8)". No
 * address: the same execution gives the same words on every machine.
 */
const char *naming_memory(const struct recording *recording, struct symbols *symbols,
	const struct wire_access *access, char text[NAMING_SIZE]);

#endif
