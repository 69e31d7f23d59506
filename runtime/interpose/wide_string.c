/* SPDX-License-Identifier: Apache-2.0 */
/* The functions on wide characters: as those on bytes, four times as wide. */
#include "runtime/interpose/string_hooks.h"

static size_t wide_size(size_t length)
{
	return length * sizeof(wchar_t);
}

/* Bytes of a wide string with its terminator, of which at most `limit` characters are looked
 * at. */
static size_t wide_span(const wchar_t *s, size_t limit)
{
	size_t length = NEXT(wcsnlen)(s, limit);

	return wide_size(length < limit ? length + 1 : limit);
}

WEFT_HOOK wchar_t *wmemcpy(wchar_t *to, const wchar_t *from, size_t length)
{
	if (is_told())
		tell_copy(to, from, wide_size(length), CALLER_PC());
	return NEXT(wmemcpy)(to, from, length);
}

WEFT_HOOK wchar_t *wmemmove(wchar_t *to, const wchar_t *from, size_t length)
{
	if (is_told())
		tell_copy(to, from, wide_size(length), CALLER_PC());
	return NEXT(wmemmove)(to, from, length);
}

WEFT_HOOK wchar_t *wmemset(wchar_t *to, wchar_t c, size_t length)
{
	if (is_told())
		tell_write(to, wide_size(length), CALLER_PC());
	return NEXT(wmemset)(to, c, length);
}

WEFT_HOOK int wmemcmp(const wchar_t *a, const wchar_t *b, size_t length)
{
	if (is_told()) {
		size_t same = 0;

		while (same < length && a[same] == b[same])
			same++;
		tell_compare(a, b, wide_size(same < length ? same + 1 : length), CALLER_PC());
	}
	return NEXT(wmemcmp)(a, b, length);
}

WEFT_HOOK size_t wcslen(const wchar_t *s)
{
	if (is_told())
		tell_read(s, wide_size(NEXT(wcslen)(s) + 1), CALLER_PC());
	return NEXT(wcslen)(s);
}

WEFT_HOOK size_t wcsnlen(const wchar_t *s, size_t limit)
{
	if (is_told())
		tell_read(s, wide_span(s, limit), CALLER_PC());
	return NEXT(wcsnlen)(s, limit);
}

WEFT_HOOK wchar_t *wcscpy(wchar_t *to, const wchar_t *from)
{
	if (is_told())
		tell_copy(to, from, wide_size(NEXT(wcslen)(from) + 1), CALLER_PC());
	return NEXT(wcscpy)(to, from);
}

WEFT_HOOK wchar_t *wcsncpy(wchar_t *to, const wchar_t *from, size_t limit)
{
	if (is_told()) {
		tell_read(from, wide_span(from, limit), CALLER_PC());
		tell_write(to, wide_size(limit), CALLER_PC());
	}
	return NEXT(wcsncpy)(to, from, limit);
}

WEFT_HOOK wchar_t *wcscat(wchar_t *to, const wchar_t *from)
{
	if (is_told()) {
		size_t to_length = NEXT(wcslen)(to);

		tell_read(to, wide_size(to_length + 1), CALLER_PC());
		tell_copy(to + to_length, from, wide_size(NEXT(wcslen)(from) + 1), CALLER_PC());
	}
	return NEXT(wcscat)(to, from);
}

WEFT_HOOK wchar_t *wcsncat(wchar_t *to, const wchar_t *from, size_t limit)
{
	if (is_told()) {
		size_t to_length = NEXT(wcslen)(to);
		size_t length = NEXT(wcsnlen)(from, limit);

		tell_read(to, wide_size(to_length + 1), CALLER_PC());
		tell_read(from, wide_span(from, limit), CALLER_PC());
		tell_write(to + to_length, wide_size(length + 1), CALLER_PC());
	}
	return NEXT(wcsncat)(to, from, limit);
}

WEFT_HOOK int wcscmp(const wchar_t *a, const wchar_t *b)
{
	if (is_told()) {
		size_t same = 0;

		while (a[same] == b[same] && a[same])
			same++;
		tell_compare(a, b, wide_size(same + 1), CALLER_PC());
	}
	return NEXT(wcscmp)(a, b);
}

WEFT_HOOK wchar_t *wcschr(const wchar_t *s, wchar_t c)
{
	if (is_told()) {
		const wchar_t *found = NEXT(wcschr)(s, c);
		size_t length = found ? (size_t)(found - s) : NEXT(wcslen)(s);

		tell_read(s, wide_size(length + 1), CALLER_PC());
	}
	return NEXT(wcschr)(s, c);
}

WEFT_HOOK wchar_t *wcsdup(const wchar_t *s)
{
	if (is_told())
		tell_read(s, wide_size(NEXT(wcslen)(s) + 1), CALLER_PC());
	return NEXT(wcsdup)(s);
}
