/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a source location back to the code, to find the stable coordinates of a schedule in a
 * program that may have been recompiled since. Exactly the inverse of symbols_display_frame.
 */
#ifndef WEFT_TOOL_SYMBOL_LOCATION_H
#define WEFT_TOOL_SYMBOL_LOCATION_H

#include <stddef.h>
#include <stdint.h>

#include "tool/symbol/symbols.h"

/* Instructions at `start` up to, not including, `end`: return addresses with start < pc <= end.
 */
struct symbol_range {
	uint64_t start;
	uint64_t end;
};

/*
 * All code whose display frame is `line` of `file` in `function`. A NULL function stands for
 * any. The file is looked for as symbol_frame's `file` or `short_file`, and where there is none
 * such, by its last component; the modules of the system come only if the others have nothing.
 *
 * The ranges are sorted and don't touch. Returns how many there are, of which the first `max`
 * are stored; 0: no such code; -ENOMEM.
 */
int symbols_find_location(struct symbols *symbols, const char *function, const char *file,
	uint32_t line, struct symbol_range *ranges, size_t max);

/*
 * The address that "MODULE+0xOFFSET" names, for code without lines; MODULE as in
 * symbols_module_address. Returns 0, -EINVAL for a text of another form, or -ENOENT.
 */
int symbols_find_offset(struct symbols *symbols, const char *text, uint64_t *ret_address);

#endif
