/* SPDX-License-Identifier: Apache-2.0 */
/* What is UTF-8 and what is not; see utf8.h. */
#include "tool/report/utf8.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* How many bytes follow a first byte, what it says itself, and the least that needs so many. */
static bool read_lead(
	unsigned char lead, size_t *ret_more, uint32_t *ret_code, uint32_t *ret_min)
{
	if (lead >= 0xc2 && lead <= 0xdf) {
		*ret_more = 1;
		*ret_code = lead & 0x1fu;
		*ret_min = 0x80;
	} else if (lead >= 0xe0 && lead <= 0xef) {
		*ret_more = 2;
		*ret_code = lead & 0x0fu;
		*ret_min = 0x800;
	} else if (lead >= 0xf0 && lead <= 0xf4) {
		*ret_more = 3;
		*ret_code = lead & 0x07u;
		*ret_min = 0x10000;
	} else {
		return false;
	}
	return true;
}

size_t utf8_next(const char *text, uint32_t *ret_code)
{
	const unsigned char *byte = (const unsigned char *)text;
	uint32_t code, min;
	size_t more;

	if (*byte < 0x80) {
		*ret_code = *byte;
		return 1;
	}
	if (!read_lead(*byte, &more, &code, &min))
		return 0;
	for (size_t i = 1; i <= more; i++) {
		/* The zero at the end is no continuation. */
		if ((byte[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (byte[i] & 0x3fu);
	}
	if (code < min || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 0;
	*ret_code = code;
	return more + 1;
}

char *utf8_copy(const char *text)
{
	char *copy = strdup(text);
	uint32_t code;

	for (char *c = copy; c && *c;) {
		size_t size = utf8_next(c, &code);

		if (size == 0)
			*c = '?';
		c += size ? size : 1;
	}
	return copy;
}
