/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The few byte and string operations that common and the runtime need, since neither may rely
 * on libc's: in the user's process those are interposed by ourselves.
 */
#ifndef WEFT_COMMON_BYTES_H
#define WEFT_COMMON_BYTES_H

#include <stdbool.h>
#include <stddef.h>

static inline void bytes_copy(void *to, const void *from, size_t size)
{
	void *t = to;
	const void *f = from;

	__asm__ volatile("rep movsb" : "+D"(t), "+S"(f), "+c"(size) : : "memory");
}

static inline void bytes_fill(void *to, unsigned char value, size_t size)
{
	void *t = to;

	__asm__ volatile("rep stosb" : "+D"(t), "+c"(size) : "a"(value) : "memory");
}

static inline size_t string_len(const char *s)
{
	size_t len = 0;

	while (s[len])
		len++;
	return len;
}

static inline bool bytes_equal_string(const char *a, const char *b)
{
	for (; *a && *a == *b; a++, b++)
		;
	return *a == *b;
}

/* Copies at most size - 1 bytes and always ends `to` with a zero. */
static inline void string_copy(char *to, const char *from, size_t size)
{
	size_t i = 0;

	if (size == 0)
		return;
	for (; i + 1 < size && from[i]; i++)
		to[i] = from[i];
	to[i] = '\0';
}

#endif
