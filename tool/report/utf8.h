/* SPDX-License-Identifier: Apache-2.0 */
/* Programs may print and be called anything; the formats here are all UTF-8. */
#ifndef WEFT_TOOL_REPORT_UTF8_H
#define WEFT_TOOL_REPORT_UTF8_H

#include <stddef.h>
#include <stdint.h>

/*
 * The character at `text` (not at its end): its size in bytes, and its code. 0 when it is not
 * UTF-8 as RFC 3629 has it: overlong forms and surrogates are none either.
 */
size_t utf8_next(const char *text, uint32_t *ret_code);

/* A copy with '?' for each byte that is not UTF-8. NULL: no memory. The caller frees it. */
char *utf8_copy(const char *text);

#endif
