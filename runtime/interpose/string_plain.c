/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory and string functions as plain loops, for the time before the real ones are known.
 * They need no relocation and call nothing outside of this file. Compilers know such loops and
 * would replace them by calls to the very functions that they stand in for: not here.
 */
#include "runtime/interpose/string_hooks.h"

#ifdef __clang__
#pragma clang attribute push(__attribute__((no_builtin)), apply_to = function)
#else
#pragma GCC optimize("no-tree-loop-distribute-patterns")
#endif

static void *without_const(const void *p)
{
	return (void *)(uintptr_t)p;
}

void *plain_memcpy(void *to, const void *from, size_t size)
{
	char *t = to;
	const char *f = from;

	while (size--)
		*t++ = *f++;
	return to;
}

void *plain_memmove(void *to, const void *from, size_t size)
{
	char *t = to;
	const char *f = from;

	if (t <= f)
		return plain_memcpy(to, from, size);
	while (size--)
		t[size] = f[size];
	return to;
}

void *plain_mempcpy(void *to, const void *from, size_t size)
{
	return (char *)plain_memcpy(to, from, size) + size;
}

void *plain_memccpy(void *to, const void *from, int byte, size_t size)
{
	const char *last = plain_memchr(from, byte, size);

	if (!last) {
		plain_memcpy(to, from, size);
		return NULL;
	}
	return plain_mempcpy(to, from, (size_t)(last - (const char *)from) + 1);
}

void *plain_memset(void *to, int byte, size_t size)
{
	char *t = to;

	while (size--)
		*t++ = (char)byte;
	return to;
}

void plain_bzero(void *to, size_t size)
{
	plain_memset(to, 0, size);
}

void plain_explicit_bzero(void *to, size_t size)
{
	plain_memset(to, 0, size);
	__asm__ volatile("" : : "r"(to) : "memory");
}

int plain_memcmp(const void *a, const void *b, size_t size)
{
	const unsigned char *x = a;
	const unsigned char *y = b;

	for (size_t i = 0; i < size; i++)
		if (x[i] != y[i])
			return x[i] - y[i];
	return 0;
}

int plain_bcmp(const void *a, const void *b, size_t size)
{
	return plain_memcmp(a, b, size);
}

void *plain_memchr(const void *start, int byte, size_t size)
{
	const char *s = start;

	for (size_t i = 0; i < size; i++)
		if (s[i] == (char)byte)
			return without_const(s + i);
	return NULL;
}

void *plain_memrchr(const void *start, int byte, size_t size)
{
	const char *s = start;

	while (size--)
		if (s[size] == (char)byte)
			return without_const(s + size);
	return NULL;
}

void *plain_rawmemchr(const void *start, int byte)
{
	return plain_memchr(start, byte, SIZE_MAX);
}

void *plain_memmem(const void *start, size_t size, const void *part, size_t part_size)
{
	const char *s = start;

	for (; size >= part_size; s++, size--)
		if (plain_memcmp(s, part, part_size) == 0)
			return without_const(s);
	return NULL;
}

size_t plain_strlen(const char *s)
{
	return plain_strnlen(s, SIZE_MAX);
}

size_t plain_strnlen(const char *s, size_t limit)
{
	size_t length = 0;

	while (length < limit && s[length])
		length++;
	return length;
}

char *plain_strcpy(char *to, const char *from)
{
	plain_stpcpy(to, from);
	return to;
}

char *plain_stpcpy(char *to, const char *from)
{
	size_t length = plain_strlen(from);

	plain_memcpy(to, from, length + 1);
	return to + length;
}

char *plain_strncpy(char *to, const char *from, size_t limit)
{
	plain_stpncpy(to, from, limit);
	return to;
}

char *plain_stpncpy(char *to, const char *from, size_t limit)
{
	size_t length = plain_strnlen(from, limit);

	plain_memcpy(to, from, length);
	plain_memset(to + length, 0, limit - length);
	return to + length;
}

char *plain_strcat(char *to, const char *from)
{
	plain_stpcpy(to + plain_strlen(to), from);
	return to;
}

char *plain_strncat(char *to, const char *from, size_t limit)
{
	size_t length = plain_strnlen(from, limit);
	char *end = plain_mempcpy(to + plain_strlen(to), from, length);

	*end = 0;
	return to;
}

int plain_strcmp(const char *a, const char *b)
{
	return plain_strncmp(a, b, SIZE_MAX);
}

int plain_strncmp(const char *a, const char *b, size_t limit)
{
	for (size_t i = 0; i < limit; i++)
		if (a[i] != b[i] || !a[i])
			return (unsigned char)a[i] - (unsigned char)b[i];
	return 0;
}

static unsigned char lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

int plain_strcasecmp(const char *a, const char *b)
{
	return plain_strncasecmp(a, b, SIZE_MAX);
}

int plain_strncasecmp(const char *a, const char *b, size_t limit)
{
	for (size_t i = 0; i < limit; i++)
		if (lower(a[i]) != lower(b[i]) || !a[i])
			return lower(a[i]) - lower(b[i]);
	return 0;
}

char *plain_strchrnul(const char *s, int byte)
{
	while (*s && *s != (char)byte)
		s++;
	return without_const(s);
}

char *plain_strchr(const char *s, int byte)
{
	char *found = plain_strchrnul(s, byte);

	return *found == (char)byte ? found : NULL;
}

char *plain_strrchr(const char *s, int byte)
{
	return plain_memrchr(s, byte, plain_strlen(s) + 1);
}

char *plain_strstr(const char *s, const char *part)
{
	return plain_memmem(s, plain_strlen(s), part, plain_strlen(part));
}

char *plain_strcasestr(const char *s, const char *part)
{
	size_t part_length = plain_strlen(part);

	for (size_t left = plain_strlen(s); left >= part_length; s++, left--)
		if (plain_strncasecmp(s, part, part_length) == 0)
			return without_const(s);
	return NULL;
}

size_t plain_strspn(const char *s, const char *set)
{
	size_t length = 0;

	while (s[length] && plain_strchr(set, s[length]))
		length++;
	return length;
}

size_t plain_strcspn(const char *s, const char *set)
{
	size_t length = 0;

	while (s[length] && !plain_strchr(set, s[length]))
		length++;
	return length;
}

char *plain_strpbrk(const char *s, const char *set)
{
	s += plain_strcspn(s, set);
	return *s ? without_const(s) : NULL;
}

/* The real ones print and abort, which is more than can be done here. */
static void check_room(size_t size, size_t room)
{
	if (size > room)
		__builtin_trap();
}

void *plain___memcpy_chk(void *to, const void *from, size_t size, size_t room)
{
	check_room(size, room);
	return plain_memcpy(to, from, size);
}

void *plain___memmove_chk(void *to, const void *from, size_t size, size_t room)
{
	check_room(size, room);
	return plain_memmove(to, from, size);
}

void *plain___mempcpy_chk(void *to, const void *from, size_t size, size_t room)
{
	check_room(size, room);
	return plain_mempcpy(to, from, size);
}

void *plain___memset_chk(void *to, int byte, size_t size, size_t room)
{
	check_room(size, room);
	return plain_memset(to, byte, size);
}

void plain___explicit_bzero_chk(void *to, size_t size, size_t room)
{
	check_room(size, room);
	plain_explicit_bzero(to, size);
}

char *plain___strcpy_chk(char *to, const char *from, size_t room)
{
	check_room(plain_strlen(from) + 1, room);
	return plain_strcpy(to, from);
}

char *plain___stpcpy_chk(char *to, const char *from, size_t room)
{
	check_room(plain_strlen(from) + 1, room);
	return plain_stpcpy(to, from);
}

char *plain___strncpy_chk(char *to, const char *from, size_t limit, size_t room)
{
	check_room(limit, room);
	return plain_strncpy(to, from, limit);
}

char *plain___stpncpy_chk(char *to, const char *from, size_t limit, size_t room)
{
	check_room(limit, room);
	return plain_stpncpy(to, from, limit);
}

char *plain___strcat_chk(char *to, const char *from, size_t room)
{
	check_room(plain_strlen(to) + plain_strlen(from) + 1, room);
	return plain_strcat(to, from);
}

char *plain___strncat_chk(char *to, const char *from, size_t limit, size_t room)
{
	check_room(plain_strlen(to) + plain_strnlen(from, limit) + 1, room);
	return plain_strncat(to, from, limit);
}

static size_t wide_size(size_t length)
{
	return length * sizeof(wchar_t);
}

wchar_t *plain_wmemcpy(wchar_t *to, const wchar_t *from, size_t length)
{
	return plain_memcpy(to, from, wide_size(length));
}

wchar_t *plain_wmemmove(wchar_t *to, const wchar_t *from, size_t length)
{
	return plain_memmove(to, from, wide_size(length));
}

wchar_t *plain_wmemset(wchar_t *to, wchar_t c, size_t length)
{
	while (length--)
		to[length] = c;
	return to;
}

int plain_wmemcmp(const wchar_t *a, const wchar_t *b, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	return 0;
}

size_t plain_wcslen(const wchar_t *s)
{
	return plain_wcsnlen(s, SIZE_MAX);
}

size_t plain_wcsnlen(const wchar_t *s, size_t limit)
{
	size_t length = 0;

	while (length < limit && s[length])
		length++;
	return length;
}

wchar_t *plain_wcscpy(wchar_t *to, const wchar_t *from)
{
	return plain_wmemcpy(to, from, plain_wcslen(from) + 1);
}

wchar_t *plain_wcsncpy(wchar_t *to, const wchar_t *from, size_t limit)
{
	size_t length = plain_wcsnlen(from, limit);

	plain_wmemcpy(to, from, length);
	plain_wmemset(to + length, 0, limit - length);
	return to;
}

wchar_t *plain_wcscat(wchar_t *to, const wchar_t *from)
{
	plain_wcscpy(to + plain_wcslen(to), from);
	return to;
}

wchar_t *plain_wcsncat(wchar_t *to, const wchar_t *from, size_t limit)
{
	size_t length = plain_wcsnlen(from, limit);
	wchar_t *end = to + plain_wcslen(to);

	plain_wmemcpy(end, from, length);
	end[length] = 0;
	return to;
}

int plain_wcscmp(const wchar_t *a, const wchar_t *b)
{
	size_t same = 0;

	while (a[same] == b[same] && a[same])
		same++;
	return a[same] < b[same] ? -1 : a[same] > b[same];
}

wchar_t *plain_wcschr(const wchar_t *s, wchar_t c)
{
	while (*s && *s != c)
		s++;
	return *s == c ? without_const(s) : NULL;
}

#ifdef __clang__
#pragma clang attribute pop
#endif
