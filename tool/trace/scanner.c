/* SPDX-License-Identifier: Apache-2.0 */
/* Lines, words and positions; see scanner.h. */
#include "tool/trace/scanner.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/trace/text.h"

#define MESSAGE_SIZE 400
#define NAME_IN_MESSAGE 560

void scanner_init(struct scanner *s, const char *name, const char *text, size_t size)
{
	*s = (struct scanner){ .name = name, .text = text, .size = size };
}

void scanner_release(struct scanner *s)
{
	free(s->word);
	s->word = NULL;
}

/* 1-based, in characters, as editors count. */
static uint32_t column_of(const struct scanner *s, size_t position)
{
	uint32_t column = 1;

	for (size_t i = s->line_start; i < position && i < s->size; i++)
		if ((s->text[i] & 0xc0) != 0x80)
			column++;
	return column;
}

int scanner_error_at(const struct scanner *s, size_t position, const char *format, ...)
{
	char message[MESSAGE_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	return diag_set(s->diag, -EINVAL, "%.*s:%u:%u: %s", NAME_IN_MESSAGE, s->name,
		s->line ? s->line : 1, column_of(s, position), message);
}

int scanner_next_line(struct scanner *s)
{
	const char *newline;

	if (s->next_line >= s->size)
		return 0;
	s->line++;
	s->line_start = s->position = s->word_start = s->next_line;
	newline = memchr(s->text + s->line_start, '\n', s->size - s->line_start);
	s->terminated = newline != NULL;
	s->line_end = newline ? (size_t)(newline - s->text) : s->size;
	s->next_line = s->line_end + 1;
	if (s->terminated && s->line_end > s->line_start && s->text[s->line_end - 1] == '\r')
		s->line_end--;
	return 1;
}

int scanner_check_line(const struct scanner *s)
{
	size_t i = s->line_start;

	while (i < s->line_end) {
		uint32_t code_point;
		size_t length = utf8_decode(s->text + i, s->line_end - i, &code_point);

		if (length == 0)
			return scanner_error_at(
				s, i, "byte 0x%02x is not UTF-8", (unsigned char)s->text[i]);
		if ((code_point < ' ' && code_point != '\t') || code_point == 0x7f)
			return scanner_error_at(s, i, "control character 0x%02x", code_point);
		i += length;
	}
	return 0;
}

static void skip_blanks(struct scanner *s)
{
	while (s->position < s->line_end && text_is_blank(s->text[s->position]))
		s->position++;
}

bool scanner_at_end(struct scanner *s)
{
	skip_blanks(s);
	return s->position == s->line_end || s->text[s->position] == '#';
}

const char *scanner_comment(const struct scanner *s, size_t *ret_size)
{
	size_t start = s->position;

	if (start == s->line_end || s->text[start] != '#')
		return NULL;
	start++;
	if (start < s->line_end && s->text[start] == ' ')
		start++;
	*ret_size = s->line_end - start;
	return s->text + start;
}

int scanner_end(struct scanner *s)
{
	if (scanner_at_end(s))
		return 0;
	return scanner_error_at(s, s->position, "unexpected text, the line should end here");
}

bool scanner_sign(struct scanner *s, char sign)
{
	skip_blanks(s);
	if (s->position == s->line_end || s->text[s->position] != sign)
		return false;
	s->position++;
	return true;
}

static int word_append(struct scanner *s, char c)
{
	if (s->word_size + 2 > s->word_capacity) {
		size_t capacity = s->word_capacity ? 2 * s->word_capacity : 64;
		char *word = realloc(s->word, capacity);

		if (!word)
			return diag_set(s->diag, -ENOMEM, "%s: out of memory", s->name);
		s->word = word;
		s->word_capacity = capacity;
	}
	s->word[s->word_size++] = c;
	s->word[s->word_size] = '\0';
	return 0;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* After the backslash and its `x`: two lower-case digits. Zero can't be part of any string. */
static int read_hex_escape(struct scanner *s, char *ret_byte)
{
	int high = -1, low = -1;

	if (s->position + 2 <= s->line_end) {
		high = hex_value(s->text[s->position]);
		low = hex_value(s->text[s->position + 1]);
	}
	if (high < 0 || low < 0)
		return scanner_error_at(
			s, s->position, "expected two digits 0-9 a-f after '\\x'");
	if (high == 0 && low == 0)
		return scanner_error_at(s, s->position, "a string cannot hold the byte 0");
	s->position += 2;
	*ret_byte = (char)(high * 16 + low);
	return 0;
}

/* After a backslash. */
static int read_escape(struct scanner *s, char *ret_byte)
{
	char c = s->position < s->line_end ? s->text[s->position] : '\0';

	s->position++;
	switch (c) {
	case '"':
	case '\\':
		*ret_byte = c;
		return 0;
	case 'n':
		*ret_byte = '\n';
		return 0;
	case 'r':
		*ret_byte = '\r';
		return 0;
	case 't':
		*ret_byte = '\t';
		return 0;
	case 'x':
		return read_hex_escape(s, ret_byte);
	default:
		return scanner_error_at(s, s->position - 2,
			"unknown escape; there are \\\" \\\\ \\n \\r \\t and \\xNN");
	}
}

/* After the opening quote. */
static int read_quoted(struct scanner *s)
{
	while (s->position < s->line_end && s->text[s->position] != '"') {
		char c = s->text[s->position++];
		int r = c == '\\' ? read_escape(s, &c) : 0;

		if (r == 0)
			r = word_append(s, c);
		if (r < 0)
			return r;
	}
	if (s->position >= s->line_end)
		return scanner_error(s, "the quote is not closed");
	s->position++;
	return 0;
}

static int read_bare(struct scanner *s)
{
	while (s->position < s->line_end && text_is_bare((unsigned char)s->text[s->position])) {
		int r = word_append(s, s->text[s->position++]);

		if (r < 0)
			return r;
	}
	return 0;
}

/* So that `a"b"` and `a#b`, which could be meant in two ways, are not read in either. */
static int check_word_ends(const struct scanner *s)
{
	char c = s->position < s->line_end ? s->text[s->position] : ' ';

	if (text_is_blank(c) || strchr(":+()", c))
		return 0;
	return scanner_error_at(
		s, s->position, "a blank is missing here, or quotes around the word");
}

static int read_word(struct scanner *s, const char *what, bool may_be_quoted)
{
	bool quoted;
	int r;

	skip_blanks(s);
	s->word_start = s->position;
	s->word_size = 0;
	quoted = may_be_quoted && scanner_sign(s, '"');
	r = quoted ? read_quoted(s) : read_bare(s);
	if (r < 0)
		return r;
	if (!quoted && s->word_size == 0)
		return scanner_error(s, "expected %s", what);
	r = check_word_ends(s);
	if (r < 0 || s->word_size > 0)
		return r;
	/* An empty string: make sure that there is a buffer to hold its zero. */
	r = word_append(s, '\0');
	s->word_size = 0;
	return r;
}

int scanner_word(struct scanner *s, const char *what)
{
	return read_word(s, what, true);
}

int scanner_bare(struct scanner *s, const char *what)
{
	return read_word(s, what, false);
}

int scanner_number(struct scanner *s, const char *what, uint64_t max, uint64_t *ret_number)
{
	uint64_t number = 0;
	int r = scanner_bare(s, what);

	if (r < 0)
		return r;
	for (const char *c = s->word; *c; c++) {
		uint64_t digit = (uint64_t)(*c - '0');

		if (*c < '0' || *c > '9')
			return scanner_error(s, "expected %s, not '%.40s'", what, s->word);
		if (digit > max || number > (max - digit) / 10)
			return scanner_error(s, "%s is over the limit of %llu", what,
				(unsigned long long)max);
		number = number * 10 + digit;
	}
	*ret_number = number;
	return 0;
}

int scanner_hex(struct scanner *s, const char *what, const char *prefix, uint64_t *ret_number)
{
	size_t prefix_len = strlen(prefix);
	uint64_t number = 0;
	int r = scanner_bare(s, what);

	if (r < 0)
		return r;
	if (strncmp(s->word, prefix, prefix_len) != 0 || s->word_size == prefix_len ||
		s->word_size > prefix_len + 16)
		return scanner_error(s, "expected %s, not '%.40s'", what, s->word);
	for (const char *c = s->word + prefix_len; *c; c++) {
		int digit = hex_value(*c);

		if (digit < 0)
			return scanner_error(s, "expected %s, not '%.40s'", what, s->word);
		number = number << 4 | (uint64_t)digit;
	}
	*ret_number = number;
	return 0;
}
