/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of real memory and string functions, and what the runtime's own code gets where the
 * compiler writes a call to one of them: a structure copied, a loop seen as memset. libweft.so
 * is linked with --wrap for these names, so that the runtime never calls its own hooks.
 */
#include <dlfcn.h>

#include "runtime/interpose/string_hooks.h"

struct string_real string_real;

void string_hooks_resolve(void)
{
#define STRING_HOOK(name) string_real.name = (__typeof__(name) *)dlsym(RTLD_NEXT, #name);
#include "runtime/interpose/string_hooks.inc"
#undef STRING_HOOK
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
