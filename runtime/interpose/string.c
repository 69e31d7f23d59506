/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The functions on strings. A string is read with its terminator, unless the function can stop
 * earlier. How much it reads is found by looking at the memory before the scheduling point;
 * what it does is decided by the real function after it.
 */
#include "runtime/interpose/string_hooks.h"

WEFT_HOOK size_t strlen(const char *s)
{
	if (is_told())
		tell_read(s, NEXT(strlen)(s) + 1, CALLER_PC());
	return NEXT(strlen)(s);
}

WEFT_HOOK size_t strnlen(const char *s, size_t limit)
{
	if (is_told())
		tell_read(s, string_span(s, limit), CALLER_PC());
	return NEXT(strnlen)(s, limit);
}

WEFT_HOOK char *strcpy(char *to, const char *from)
{
	if (is_told())
		tell_copy(to, from, NEXT(strlen)(from) + 1, CALLER_PC());
	return NEXT(strcpy)(to, from);
}

WEFT_HOOK char *stpcpy(char *to, const char *from)
{
	if (is_told())
		tell_copy(to, from, NEXT(strlen)(from) + 1, CALLER_PC());
	return NEXT(stpcpy)(to, from);
}

/* Fills what is left with zeros. */
WEFT_HOOK char *strncpy(char *to, const char *from, size_t limit)
{
	if (is_told()) {
		tell_read(from, string_span(from, limit), CALLER_PC());
		tell_write(to, limit, CALLER_PC());
	}
	return NEXT(strncpy)(to, from, limit);
}

WEFT_HOOK char *stpncpy(char *to, const char *from, size_t limit)
{
	if (is_told()) {
		tell_read(from, string_span(from, limit), CALLER_PC());
		tell_write(to, limit, CALLER_PC());
	}
	return NEXT(stpncpy)(to, from, limit);
}

WEFT_HOOK char *strcat(char *to, const char *from)
{
	if (is_told()) {
		size_t to_length = NEXT(strlen)(to);

		tell_read(to, to_length + 1, CALLER_PC());
		tell_copy(to + to_length, from, NEXT(strlen)(from) + 1, CALLER_PC());
	}
	return NEXT(strcat)(to, from);
}

/* Always writes a terminator, beyond the limit too. */
WEFT_HOOK char *strncat(char *to, const char *from, size_t limit)
{
	if (is_told()) {
		size_t to_length = NEXT(strlen)(to);

		tell_read(to, to_length + 1, CALLER_PC());
		tell_read(from, string_span(from, limit), CALLER_PC());
		tell_write(to + to_length, NEXT(strnlen)(from, limit) + 1, CALLER_PC());
	}
	return NEXT(strncat)(to, from, limit);
}

/* How many bytes a comparison has to look at. */
static size_t compared_span(const char *a, const char *b, size_t limit)
{
	for (size_t i = 0; i < limit; i++)
		if (a[i] != b[i] || !a[i])
			return i + 1;
	return limit;
}

static char ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* Letters that are one only in some locale end it early, so that it's never too much. */
static size_t compared_span_of_any_case(const char *a, const char *b, size_t limit)
{
	for (size_t i = 0; i < limit; i++)
		if (ascii_lower(a[i]) != ascii_lower(b[i]) || !a[i])
			return i + 1;
	return limit;
}

WEFT_HOOK int strcmp(const char *a, const char *b)
{
	if (is_told())
		tell_compare(a, b, compared_span(a, b, SIZE_MAX), CALLER_PC());
	return NEXT(strcmp)(a, b);
}

WEFT_HOOK int strncmp(const char *a, const char *b, size_t limit)
{
	if (is_told())
		tell_compare(a, b, compared_span(a, b, limit), CALLER_PC());
	return NEXT(strncmp)(a, b, limit);
}

WEFT_HOOK int strcasecmp(const char *a, const char *b)
{
	if (is_told())
		tell_compare(a, b, compared_span_of_any_case(a, b, SIZE_MAX), CALLER_PC());
	return NEXT(strcasecmp)(a, b);
}

WEFT_HOOK int strncasecmp(const char *a, const char *b, size_t limit)
{
	if (is_told())
		tell_compare(a, b, compared_span_of_any_case(a, b, limit), CALLER_PC());
	return NEXT(strncasecmp)(a, b, limit);
}

/* Both read up to the byte, or to the terminator if there is none. */
WEFT_HOOK char *strchr(const char *s, int byte)
{
	if (is_told())
		tell_search(s, NEXT(strchrnul)(s, byte), 0, CALLER_PC());
	return NEXT(strchr)(s, byte);
}

WEFT_HOOK char *strchrnul(const char *s, int byte)
{
	if (is_told())
		tell_search(s, NEXT(strchrnul)(s, byte), 0, CALLER_PC());
	return NEXT(strchrnul)(s, byte);
}

WEFT_HOOK char *strrchr(const char *s, int byte)
{
	if (is_told())
		tell_read(s, NEXT(strlen)(s) + 1, CALLER_PC());
	return NEXT(strrchr)(s, byte);
}

/* The whole of `part`; of `s`, up to the end of the first match. */
static void tell_substring(const char *s, const char *found, const char *part, uintptr_t pc)
{
	size_t part_length = NEXT(strlen)(part);
	size_t size = found ? (size_t)(found - s) + part_length : NEXT(strlen)(s) + 1;

	tell_read(s, size, pc);
	tell_read(part, part_length + 1, pc);
}

WEFT_HOOK char *strstr(const char *s, const char *part)
{
	if (is_told())
		tell_substring(s, NEXT(strstr)(s, part), part, CALLER_PC());
	return NEXT(strstr)(s, part);
}

WEFT_HOOK char *strcasestr(const char *s, const char *part)
{
	if (is_told())
		tell_substring(s, NEXT(strcasestr)(s, part), part, CALLER_PC());
	return NEXT(strcasestr)(s, part);
}

WEFT_HOOK size_t strspn(const char *s, const char *set)
{
	if (is_told()) {
		tell_read(s, NEXT(strspn)(s, set) + 1, CALLER_PC());
		tell_read(set, NEXT(strlen)(set) + 1, CALLER_PC());
	}
	return NEXT(strspn)(s, set);
}

WEFT_HOOK size_t strcspn(const char *s, const char *set)
{
	if (is_told()) {
		tell_read(s, NEXT(strcspn)(s, set) + 1, CALLER_PC());
		tell_read(set, NEXT(strlen)(set) + 1, CALLER_PC());
	}
	return NEXT(strcspn)(s, set);
}

WEFT_HOOK char *strpbrk(const char *s, const char *set)
{
	if (is_told()) {
		tell_read(s, NEXT(strcspn)(s, set) + 1, CALLER_PC());
		tell_read(set, NEXT(strlen)(set) + 1, CALLER_PC());
	}
	return NEXT(strpbrk)(s, set);
}

/* The copy is nobody else's yet: its bytes need no telling. */
WEFT_HOOK char *strdup(const char *s)
{
	if (is_told())
		tell_read(s, NEXT(strlen)(s) + 1, CALLER_PC());
	return NEXT(strdup)(s);
}

WEFT_HOOK char *__strdup(const char *s)
{
	if (is_told())
		tell_read(s, NEXT(strlen)(s) + 1, CALLER_PC());
	return NEXT(__strdup)(s);
}

WEFT_HOOK char *strndup(const char *s, size_t limit)
{
	if (is_told())
		tell_read(s, string_span(s, limit), CALLER_PC());
	return NEXT(strndup)(s, limit);
}

WEFT_HOOK char *__strndup(const char *s, size_t limit)
{
	if (is_told())
		tell_read(s, string_span(s, limit), CALLER_PC());
	return NEXT(__strndup)(s, limit);
}
