/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the memory and string hooks share. Such a hook tells the engine which bytes the function
 * reads and writes if the program is instrumented, and goes on to the real function; otherwise
 * it only goes on.
 *
 * These functions are called before all others: from resolvers of indirect functions that run
 * while the dynamic loader still relocates, by constructors of other libraries. Until
 * string_hooks_resolve() has found the real functions, plain loops stand in for them. The hooks
 * themselves therefore need no relocation, no thread-local storage and no initialised state.
 */
#ifndef WEFT_RUNTIME_INTERPOSE_STRING_HOOKS_H
#define WEFT_RUNTIME_INTERPOSE_STRING_HOOKS_H

#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <wchar.h>

#include "runtime/engine/access.h"

#define WEFT_HOOK __attribute__((visibility("default")))

/* Exported by glibc, declared in no header. */
__typeof__(strdup) __strdup;
__typeof__(strndup) __strndup;
void *__memcpy_chk(void *to, const void *from, size_t size, size_t room);
void *__memmove_chk(void *to, const void *from, size_t size, size_t room);
void *__mempcpy_chk(void *to, const void *from, size_t size, size_t room);
void *__memset_chk(void *to, int byte, size_t size, size_t room);
void __explicit_bzero_chk(void *to, size_t size, size_t room);
char *__strcpy_chk(char *to, const char *from, size_t room);
char *__stpcpy_chk(char *to, const char *from, size_t room);
char *__strncpy_chk(char *to, const char *from, size_t limit, size_t room);
char *__stpncpy_chk(char *to, const char *from, size_t limit, size_t room);
char *__strcat_chk(char *to, const char *from, size_t room);
char *__strncat_chk(char *to, const char *from, size_t limit, size_t room);

/* The real functions; each NULL until it is resolved, and for good where libc has none. */
struct string_real {
#define STRING_HOOK(name) __typeof__(name) *name;
#include "runtime/interpose/string_hooks.inc"
#undef STRING_HOOK
};

extern struct string_real string_real __attribute__((visibility("hidden")));

/*
 * Finds the real functions; the library's constructor calls it. Returns false when it is too
 * early: the loader has not relocated the library yet.
 */
__attribute__((visibility("hidden"))) bool string_hooks_resolve(void);

/* The plain loops, with the meaning of the functions they stand in for. */
#define STRING_HOOK(name) __attribute__((visibility("hidden"))) __typeof__(name) plain_##name;
#include "runtime/interpose/string_hooks.inc"
#undef STRING_HOOK

/* The function to go on to. */
#define NEXT(name) (string_real.name ? string_real.name : plain_##name)

/* Whether what the function reads and writes is to be told; unlikely: the rest is quick. */
static inline bool is_told(void)
{
	return __builtin_expect(access_told, 0);
}

/* Kept out of the hooks, so that one which tells nothing saves no registers either. */
#define TELL __attribute__((noinline, cold, visibility("hidden"))) void

/* An empty range is no access. */
TELL tell_read(const void *address, size_t size, uintptr_t pc);
TELL tell_write(void *address, size_t size, uintptr_t pc);

/* Reads of two places, or a read and a write: `size` bytes each. */
TELL tell_compare(const void *a, const void *b, size_t size, uintptr_t pc);
TELL tell_copy(void *to, const void *from, size_t size, uintptr_t pc);

/* A search from `start` that read up to and with the byte at `found`, or `size` bytes if NULL.
 */
TELL tell_search(const void *start, const void *found, size_t size, uintptr_t pc);

/* Bytes of a string with its terminator, of which at most `limit` are looked at. */
static inline size_t string_span(const char *s, size_t limit)
{
	size_t length = NEXT(strnlen)(s, limit);

	return length < limit ? length + 1 : limit;
}

#endif
