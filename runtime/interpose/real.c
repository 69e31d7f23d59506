/* SPDX-License-Identifier: Apache-2.0 */
/* Resolution of the real functions; see real.h. */
#include "runtime/interpose/real.h"

#include <dlfcn.h>

#include "runtime/sys/modules.h"

/* An old version of the symbol, so that the library also loads on glibc before 2.34. */
__asm__(".symver dlsym,dlsym@GLIBC_2.2.5");

struct real_functions real_table;
void (*real_call_tls_dtors)(void);
bool real_ready;

#define FIND(name) \
	real_table.name = (__typeof__(real_table.name))(uintptr_t)dlsym(RTLD_NEXT, #name)

bool real_resolve_heap(void)
{
	static bool resolving;

	if (resolving)
		return false;
	resolving = true;
	FIND(malloc);
	FIND(calloc);
	FIND(realloc);
	FIND(free);
	resolving = false;
	return real_table.free != NULL;
}

bool real_is_libc(uintptr_t function)
{
	struct module_bounds libc;

	return module_named("libc.so", &libc) && module_holds(&libc, function);
}

bool real_heap_sanitizer(void)
{
	static const char *const names[] = { "__asan_init", "__lsan_init", "__hwasan_init",
		"__msan_init" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (dlsym(RTLD_DEFAULT, names[i]))
			return true;
	return false;
}

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
