/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of real memory and string functions, and what the runtime's own code gets where the
 * compiler writes a call to one of them: a structure copied, a loop seen as memset. libweft.so
 * is linked with --wrap for these names, so that the runtime never calls its own hooks.
 */
#include <dlfcn.h>

#include "runtime/interpose/string_hooks.h"

/* An old version of the symbol, so that the library also loads on glibc before 2.34. */
__asm__(".symver dlsym,dlsym@GLIBC_2.2.5");

struct string_real string_real;

/* NULL until the loader has relocated this library: before, it can call no other. */
static void *const volatile relocated = &string_real;

bool string_hooks_resolve(void)
{
	if (!relocated)
		return false;
#define STRING_HOOK(name) string_real.name = (__typeof__(name) *)dlsym(RTLD_NEXT, #name);
#include "runtime/interpose/string_hooks.inc"
#undef STRING_HOOK
	return true;
}

__attribute__((constructor)) static void resolve_at_start(void)
{
	string_hooks_resolve();
}

/*
 * Copies on the heap need malloc, for which there is no stand-in. So a constructor that runs
 * before ours resolves at once; a resolver before that gets what a full heap gives.
 */
char *plain_strdup(const char *s)
{
	return string_hooks_resolve() ? string_real.strdup(s) : NULL;
}

char *plain___strdup(const char *s)
{
	return plain_strdup(s);
}

char *plain_strndup(const char *s, size_t limit)
{
	return string_hooks_resolve() ? string_real.strndup(s, limit) : NULL;
}

char *plain___strndup(const char *s, size_t limit)
{
	return plain_strndup(s, limit);
}

wchar_t *plain_wcsdup(const wchar_t *s)
{
	return string_hooks_resolve() ? string_real.wcsdup(s) : NULL;
}

__typeof__(memcpy) __wrap_memcpy;
__typeof__(memmove) __wrap_memmove;
__typeof__(memset) __wrap_memset;
__typeof__(memcmp) __wrap_memcmp;

void *__wrap_memcpy(void *to, const void *from, size_t size)
{
	return NEXT(memcpy)(to, from, size);
}

void *__wrap_memmove(void *to, const void *from, size_t size)
{
	return NEXT(memmove)(to, from, size);
}

void *__wrap_memset(void *to, int byte, size_t size)
{
	return NEXT(memset)(to, byte, size);
}

int __wrap_memcmp(const void *a, const void *b, size_t size)
{
	return NEXT(memcmp)(a, b, size);
}
