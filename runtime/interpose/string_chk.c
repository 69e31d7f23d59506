/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The forms that _FORTIFY_SOURCE makes of the memory and string functions. They end the program
 * if `room` is too small, before anything is written: then only the reads are told.
 */
#include "runtime/interpose/string_hooks.h"

static void tell_fitting_write(void *to, size_t size, size_t room, uintptr_t pc)
{
	if (size <= room)
		tell_write(to, size, pc);
}

WEFT_HOOK void *__memcpy_chk(void *to, const void *from, size_t size, size_t room)
{
	if (is_told()) {
		tell_read(from, size, CALLER_PC());
		tell_fitting_write(to, size, room, CALLER_PC());
	}
	return NEXT(__memcpy_chk)(to, from, size, room);
}

WEFT_HOOK void *__memmove_chk(void *to, const void *from, size_t size, size_t room)
{
	if (is_told()) {
		tell_read(from, size, CALLER_PC());
		tell_fitting_write(to, size, room, CALLER_PC());
	}
	return NEXT(__memmove_chk)(to, from, size, room);
}

WEFT_HOOK void *__mempcpy_chk(void *to, const void *from, size_t size, size_t room)
{
	if (is_told()) {
		tell_read(from, size, CALLER_PC());
		tell_fitting_write(to, size, room, CALLER_PC());
	}
	return NEXT(__mempcpy_chk)(to, from, size, room);
}

WEFT_HOOK void *__memset_chk(void *to, int byte, size_t size, size_t room)
{
	if (is_told())
		tell_fitting_write(to, size, room, CALLER_PC());
	return NEXT(__memset_chk)(to, byte, size, room);
}

WEFT_HOOK void __explicit_bzero_chk(void *to, size_t size, size_t room)
{
	if (is_told())
		tell_fitting_write(to, size, room, CALLER_PC());
	NEXT(__explicit_bzero_chk)(to, size, room);
}

WEFT_HOOK char *__strcpy_chk(char *to, const char *from, size_t room)
{
	if (is_told()) {
		size_t size = NEXT(strlen)(from) + 1;

		tell_read(from, size, CALLER_PC());
		tell_fitting_write(to, size, room, CALLER_PC());
	}
	return NEXT(__strcpy_chk)(to, from, room);
}

WEFT_HOOK char *__stpcpy_chk(char *to, const char *from, size_t room)
{
	if (is_told()) {
		size_t size = NEXT(strlen)(from) + 1;

		tell_read(from, size, CALLER_PC());
		tell_fitting_write(to, size, room, CALLER_PC());
	}
	return NEXT(__stpcpy_chk)(to, from, room);
}

WEFT_HOOK char *__strncpy_chk(char *to, const char *from, size_t limit, size_t room)
{
	if (is_told()) {
		tell_read(from, string_span(from, limit), CALLER_PC());
		tell_fitting_write(to, limit, room, CALLER_PC());
	}
	return NEXT(__strncpy_chk)(to, from, limit, room);
}

WEFT_HOOK char *__stpncpy_chk(char *to, const char *from, size_t limit, size_t room)
{
	if (is_told()) {
		tell_read(from, string_span(from, limit), CALLER_PC());
		tell_fitting_write(to, limit, room, CALLER_PC());
	}
	return NEXT(__stpncpy_chk)(to, from, limit, room);
}

WEFT_HOOK char *__strcat_chk(char *to, const char *from, size_t room)
{
	if (is_told()) {
		size_t to_length = NEXT(strlen)(to);
		size_t size = NEXT(strlen)(from) + 1;

		tell_read(to, to_length + 1, CALLER_PC());
		tell_read(from, size, CALLER_PC());
		if (to_length + size <= room)
			tell_write(to + to_length, size, CALLER_PC());
	}
	return NEXT(__strcat_chk)(to, from, room);
}

WEFT_HOOK char *__strncat_chk(char *to, const char *from, size_t limit, size_t room)
{
	if (is_told()) {
		size_t to_length = NEXT(strlen)(to);
		size_t size = NEXT(strnlen)(from, limit) + 1;

		tell_read(to, to_length + 1, CALLER_PC());
		tell_read(from, string_span(from, limit), CALLER_PC());
		if (to_length + size <= room)
			tell_write(to + to_length, size, CALLER_PC());
	}
	return NEXT(__strncat_chk)(to, from, limit, room);
}
