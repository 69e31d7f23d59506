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

/* What an allocator of the program's own relies on, which dlsym() may call at any time. */
static void resolve_locks(void)
{
	FIND(pthread_mutex_lock);
	FIND(pthread_mutex_trylock);
	FIND(pthread_mutex_unlock);
	FIND(pthread_spin_lock);
	FIND(pthread_spin_unlock);
	FIND(pthread_once);
	FIND(mmap);
	FIND(munmap);
}

void real_resolve(void)
{
	static bool resolving;

	/* Called by what dlsym() calls: it has to be there already. */
	if (resolving)
		return;
	resolving = true;
	resolve_locks();
	real_heap_ready();
#define HOOK(family, type, name, parameters) \
	real_table.name = (type(*) parameters)(uintptr_t)dlsym(RTLD_NEXT, #name);
#include "runtime/interpose/hooks.inc"
#undef HOOK
	/* Not interposed, and private to glibc: see thread_data.c. */
	real_call_tls_dtors = (void (*)(void))(uintptr_t)dlsym(RTLD_NEXT, "__call_tls_dtors");
	real_ready = true;
	resolving = false;
}
