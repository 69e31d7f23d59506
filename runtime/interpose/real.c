/* SPDX-License-Identifier: Apache-2.0 */
/* Resolution of the real functions; see real.h. */
#include "runtime/interpose/real.h"

#include <dlfcn.h>

/* An old version of the symbol, so that the library also loads on glibc before 2.34. */
__asm__(".symver dlsym,dlsym@GLIBC_2.2.5");

struct real_functions real_table;
void (*real_call_tls_dtors)(void);
bool real_ready;

static const char *const names[] = {
#define HOOK(family, type, name, parameters) #name,
#include "runtime/interpose/hooks.inc"
#undef HOOK
};

#define HOOK_COUNT (sizeof(names) / sizeof(names[0]))

/* The table is nothing but pointers, in the order of the names. */
typedef void *slot __attribute__((may_alias));

_Static_assert(sizeof(real_table) == sizeof(names), "one pointer for each name");

void real_find(size_t offset)
{
	size_t i = offset / sizeof(slot);
	slot *table = (slot *)&real_table;

	if (!table[i])
		table[i] = dlsym(RTLD_NEXT, names[i]);
}

/* The library is linked to be initialised first, so that no other constructor is under way. */
__attribute__((constructor)) static void resolve_at_start(void)
{
	for (size_t i = 0; i < HOOK_COUNT; i++)
		real_find(i * sizeof(slot));
	/* Not interposed, and private to glibc: see thread_data.c. */
	real_call_tls_dtors = (void (*)(void))(uintptr_t)dlsym(RTLD_NEXT, "__call_tls_dtors");
	real_ready = true;
}
