/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a text line by line and word by word, and says where something is wrong. Lines end in
 * LF or CR LF; words are split by blanks and the signs `: + ( )`, and quoted by `"`; `#` after
 * a blank begins a comment. Every failing function has filled the diag and returns a negative
 * errno.
 */
#ifndef WEFT_TOOL_TRACE_SCANNER_H
#define WEFT_TOOL_TRACE_SCANNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/diag.h"

struct scanner {
	const char *name; /* of the file, for messages */
	const char *text;
	size_t size;
	uint32_t line;	   /* 1-based; 0 before the first */
	size_t line_start; /* offsets in the text */
	size_t line_end;   /* without the line's end */
	size_t next_line;
	size_t position;   /* of what is read next */
	size_t word_start; /* of the word read last, for messages */
	bool terminated;   /* the line had its end */
	char *word;	   /* the word read last; valid until the next one is read */
	size_t word_size;  /* without the closing zero */
	size_t word_capacity;
	struct diag *diag;
};

/* Borrows all three until the release. */
void scanner_init(struct scanner *s, const char *name, const char *text, size_t size);
void scanner_release(struct scanner *s);

/* "name:line:column: ..." for a place in the current line. Returns -EINVAL. */
int scanner_error_at(const struct scanner *s, size_t position, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same, at the word read last. */
#define scanner_error(s, ...) scanner_error_at(s, (s)->word_start, __VA_ARGS__)

/* Goes to the next line. Returns 1, or 0 at the end of the text. */
int scanner_next_line(struct scanner *s);

/* Refuses what is not UTF-8, and control characters, in the current line. */
int scanner_check_line(const struct scanner *s);

/* Skips blanks; is the rest of the line empty or a comment? */
bool scanner_at_end(struct scanner *s);

/* The comment's text without `#` and one blank, or NULL: none here. Asked at the line's end. */
const char *scanner_comment(const struct scanner *s, size_t *ret_size);

/* Refuses anything but a comment in the rest of the line. */
int scanner_end(struct scanner *s);

/* Skips blanks and the sign, if it comes next. */
bool scanner_sign(struct scanner *s, char sign);

/* Reads any word into s->word; `what` is the noun in "expected WHAT". */
int scanner_word(struct scanner *s, const char *what);

/* Reads a word that must stand without quotes: keys, names and numbers. */
int scanner_bare(struct scanner *s, const char *what);

/* A decimal number up to `max`. */
int scanner_number(struct scanner *s, const char *what, uint64_t max, uint64_t *ret_number);

/* A hexadecimal number, with the prefix "0x" or without as `prefix` says. */
int scanner_hex(struct scanner *s, const char *what, const char *prefix, uint64_t *ret_number);

#endif
