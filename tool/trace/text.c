/* SPDX-License-Identifier: Apache-2.0 */
/* Characters, words and quoting; see text.h. */
#include "tool/trace/text.h"

#include <string.h>

/* What the first byte of a sequence of each length promises: the bits of its mask. */
static const struct utf8_form {
	unsigned char mask;
	unsigned char lead;
	uint32_t smallest;
} utf8_forms[] = {
	{ 0x80, 0x00, 0 },
	{ 0xe0, 0xc0, 0x80 },
	{ 0xf0, 0xe0, 0x800 },
	{ 0xf8, 0xf0, 0x10000 },
};

#define UTF8_FORMS (sizeof(utf8_forms) / sizeof(utf8_forms[0]))

/* Inclusive ranges that must not be written as they are. */
static const struct {
	uint32_t first;
	uint32_t last;
} hidden_ranges[] = {
	{ 0x00, 0x1f },	    /* C0 controls */
	{ 0x7f, 0x9f },	    /* delete, C1 controls */
	{ 0x200b, 0x200f }, /* zero width, direction marks */
	{ 0x2028, 0x202e }, /* line and paragraph ends, direction overrides */
	{ 0x2060, 0x206f }, /* invisible operators, direction isolates */
	{ 0xfeff, 0xfeff }, /* byte order mark */
};

size_t utf8_decode(const char *text, size_t size, uint32_t *ret_code_point)
{
	const unsigned char *bytes = (const unsigned char *)text;
	size_t length = 0;
	uint32_t code_point;

	if (size == 0)
		return 0;
	while (length < UTF8_FORMS &&
		(bytes[0] & utf8_forms[length].mask) != utf8_forms[length].lead)
		length++;
	if (length == UTF8_FORMS || length + 1 > size)
		return 0;
	code_point = (uint32_t)(bytes[0] & ~utf8_forms[length].mask & 0xff);
	for (size_t i = 1; i <= length; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		code_point = code_point << 6 | (bytes[i] & 0x3fu);
	}
	if (code_point < utf8_forms[length].smallest || code_point > 0x10ffff)
		return 0;
	if (code_point >= 0xd800 && code_point <= 0xdfff)
		return 0;
	*ret_code_point = code_point;
	return length + 1;
}

bool code_point_is_hidden(uint32_t code_point)
{
	for (size_t i = 0; i < sizeof(hidden_ranges) / sizeof(hidden_ranges[0]); i++)
		if (code_point >= hidden_ranges[i].first && code_point <= hidden_ranges[i].last)
			return true;
	return false;
}

bool text_is_bare(unsigned char byte)
{
	if ((byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z'))
		return true;
	return (byte >= 'A' && byte <= 'Z') || (byte && strchr("_-./,=@%~", byte));
}

bool text_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool word_is_bare(const char *word)
{
	for (const char *c = word; *c; c++)
		if (!text_is_bare((unsigned char)*c))
			return false;
	return *word != '\0';
}

/* The letter after the backslash, or 0. */
static char escape_letter(char c)
{
	switch (c) {
	case '"':
	case '\\':
		return c;
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	case '\t':
		return 't';
	default:
		return 0;
	}
}

/* Writes the character at `text`, or its first byte as \xNN; returns how many bytes that was.
 */
static size_t write_character(FILE *stream, const char *text, size_t size)
{
	uint32_t code_point;
	size_t length = utf8_decode(text, size, &code_point);

	if (length == 0 || code_point_is_hidden(code_point)) {
		fprintf(stream, "\\x%02x", (unsigned char)*text);
		return 1;
	}
	fwrite(text, 1, length, stream);
	return length;
}

void text_write_word(FILE *stream, const char *word)
{
	size_t size = strlen(word);

	if (word_is_bare(word)) {
		fputs(word, stream);
		return;
	}
	fputc('"', stream);
	for (size_t i = 0; i < size;) {
		char letter = escape_letter(word[i]);

		if (letter) {
			fprintf(stream, "\\%c", letter);
			i++;
		} else {
			i += write_character(stream, word + i, size - i);
		}
	}
	fputc('"', stream);
}

void text_write_comment(FILE *stream, const char *text, size_t size)
{
	for (size_t i = 0; i < size;) {
		if (text[i] == '\t') {
			fputc('\t', stream);
			i++;
		} else {
			i += write_character(stream, text + i, size - i);
		}
	}
}
