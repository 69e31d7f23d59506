/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The alphabet of .weft files: UTF-8, words that need no quotes, and the quoting of all others,
 * so that the reader and the writer cannot disagree.
 */
#ifndef WEFT_TOOL_TRACE_TEXT_H
#define WEFT_TOOL_TRACE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * The length in bytes of the character at `text`, of which `size` bytes may be read; its code
 * point goes to `ret_code_point`. 0: no well-formed character (RFC 3629: nothing overlong, no
 * surrogates).
 */
size_t utf8_decode(const char *text, size_t size, uint32_t *ret_code_point);

/* Control, invisible or direction-changing: must not stand in a file as it is. */
bool code_point_is_hidden(uint32_t code_point);

/* May stand in a word without quotes. */
bool text_is_bare(unsigned char byte);

/* Blanks split words. */
bool text_is_blank(char c);

/* Writes a word, quoted if it needs to be; any bytes but zero. */
void text_write_word(FILE *stream, const char *word);

/*
 * Writes `size` bytes of a comment's line. Bytes that a file cannot hold become \xNN and stay
 * so when read back: comments are for people.
 */
void text_write_comment(FILE *stream, const char *text, size_t size);

#endif
