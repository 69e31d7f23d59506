/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The functions on blocks of memory, and clang's names for them in instrumented code. What is
 * told to the engine is what the function reads and writes: a comparison up to the first
 * difference, a search up to what it finds.
 */
#include "runtime/interpose/string_hooks.h"
#include "runtime/interpose/tsan_abi.h"

WEFT_HOOK void *memcpy(void *to, const void *from, size_t size)
{
	if (is_told())
		tell_copy(to, from, size, CALLER_PC());
	return NEXT(memcpy)(to, from, size);
}

WEFT_HOOK void *memmove(void *to, const void *from, size_t size)
{
	if (is_told())
		tell_copy(to, from, size, CALLER_PC());
	return NEXT(memmove)(to, from, size);
}

WEFT_HOOK void *mempcpy(void *to, const void *from, size_t size)
{
	if (is_told())
		tell_copy(to, from, size, CALLER_PC());
	return NEXT(mempcpy)(to, from, size);
}

WEFT_HOOK void *memccpy(void *to, const void *from, int byte, size_t size)
{
	if (is_told()) {
		const char *last = NEXT(memchr)(from, byte, size);

		if (last)
			size = (size_t)(last - (const char *)from) + 1;
		tell_copy(to, from, size, CALLER_PC());
	}
	return NEXT(memccpy)(to, from, byte, size);
}

WEFT_HOOK void *memset(void *to, int byte, size_t size)
{
	if (is_told())
		tell_write(to, size, CALLER_PC());
	return NEXT(memset)(to, byte, size);
}

WEFT_HOOK void bzero(void *to, size_t size)
{
	if (is_told())
		tell_write(to, size, CALLER_PC());
	NEXT(bzero)(to, size);
}

WEFT_HOOK void explicit_bzero(void *to, size_t size)
{
	if (is_told())
		tell_write(to, size, CALLER_PC());
	NEXT(explicit_bzero)(to, size);
}

/* How many bytes a comparison has to look at. */
static size_t compared_size(const void *a, const void *b, size_t size)
{
	const char *x = a;
	const char *y = b;
	size_t same = 0;

	if (NEXT(memcmp)(a, b, size) == 0)
		return size;
	while (same < size && x[same] == y[same])
		same++;
	return same < size ? same + 1 : size;
}

WEFT_HOOK int memcmp(const void *a, const void *b, size_t size)
{
	if (is_told())
		tell_compare(a, b, compared_size(a, b, size), CALLER_PC());
	return NEXT(memcmp)(a, b, size);
}

WEFT_HOOK int bcmp(const void *a, const void *b, size_t size)
{
	if (is_told())
		tell_compare(a, b, compared_size(a, b, size), CALLER_PC());
	return NEXT(bcmp)(a, b, size);
}

WEFT_HOOK void *memchr(const void *start, int byte, size_t size)
{
	if (is_told())
		tell_search(start, NEXT(memchr)(start, byte, size), size, CALLER_PC());
	return NEXT(memchr)(start, byte, size);
}

WEFT_HOOK void *rawmemchr(const void *start, int byte)
{
	if (is_told())
		tell_search(start, NEXT(rawmemchr)(start, byte), 0, CALLER_PC());
	return NEXT(rawmemchr)(start, byte);
}

/* Searches from the end: reads from what it finds to there. */
WEFT_HOOK void *memrchr(const void *start, int byte, size_t size)
{
	if (is_told()) {
		const char *end = (const char *)start + size;
		const char *found = NEXT(memrchr)(start, byte, size);

		if (!found)
			found = start;
		tell_read(found, (size_t)(end - found), CALLER_PC());
	}
	return NEXT(memrchr)(start, byte, size);
}

WEFT_HOOK void *memmem(const void *start, size_t size, const void *part, size_t part_size)
{
	if (is_told()) {
		const char *found = NEXT(memmem)(start, size, part, part_size);
		size_t seen = size;

		if (found)
			seen = (size_t)(found - (const char *)start) + part_size;
		tell_read(start, seen, CALLER_PC());
		tell_read(part, part_size, CALLER_PC());
	}
	return NEXT(memmem)(start, size, part, part_size);
}

/* What clang 15 and later call for the builtins in instrumented code. */
TSAN_ENTRY(void *, __tsan_memcpy, void *to, const void *from, size_t size)
{
	tell_copy(to, from, size, CALLER_PC());
	return NEXT(memcpy)(to, from, size);
}

TSAN_ENTRY(void *, __tsan_memmove, void *to, const void *from, size_t size)
{
	tell_copy(to, from, size, CALLER_PC());
	return NEXT(memmove)(to, from, size);
}

TSAN_ENTRY(void *, __tsan_memset, void *to, int byte, size_t size)
{
	tell_write(to, size, CALLER_PC());
	return NEXT(memset)(to, byte, size);
}
