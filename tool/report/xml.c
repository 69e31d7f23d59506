/* SPDX-License-Identifier: Apache-2.0 */
/* Escaping for XML; see xml.h and docs/decisions/0040-junit-is-written-by-hand.md. */
#include "tool/report/xml.h"

#include <stdbool.h>
#include <stdint.h>

#include "tool/report/utf8.h"

/* Production [2] of XML 1.0, of what utf8_next() lets through. */
static bool is_character(uint32_t code)
{
	return code >= 0x20 ? code != 0xfffe && code != 0xffff
			    : code == '\t' || code == '\n' || code == '\r';
}

/* How a character must be written; NULL: as it is. */
static const char *escape_of(uint32_t code, bool in_attribute)
{
	switch (code) {
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '&':
		return "&amp;";
	case '"':
		return "&quot;";
	case '\r':
		return "&#13;";
	case '\n':
		return in_attribute ? "&#10;" : NULL;
	case '\t':
		return in_attribute ? "&#9;" : NULL;
	default:
		return NULL;
	}
}

static void write_escaped(const char *text, bool in_attribute, FILE *stream)
{
	while (*text) {
		uint32_t code;
		size_t size = utf8_next(text, &code);
		const char *escape;

		if (size == 0 || !is_character(code)) {
			fputc('?', stream);
			text += size ? size : 1;
			continue;
		}
		escape = escape_of(code, in_attribute);
		if (escape)
			fputs(escape, stream);
		else
			fwrite(text, 1, size, stream);
		text += size;
	}
}

void xml_write_text(const char *text, FILE *stream)
{
	write_escaped(text, false, stream);
}

void xml_write_attribute(const char *name, const char *value, FILE *stream)
{
	fprintf(stream, " %s=\"", name);
	write_escaped(value, true, stream);
	fputc('"', stream);
}
