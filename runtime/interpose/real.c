/* SPDX-License-Identifier: Apache-2.0 */
/* Resolution of the real functions; see real.h. */
#include "runtime/interpose/real.h"

#include <dlfcn.h>

/* An old version of the symbol, so that the library also loads on glibc before 2.34. */
__asm__(".symver dlsym,dlsym@GLIBC_2.2.5");

struct real_functions real_table;
void (*real_call_tls_dtors)(void);
bool real_ready;

void real_resolve(void)
{
#define HOOK(family, type, name, parameters) \
	real_table.name = (type(*) parameters)(uintptr_t)dlsym(RTLD_NEXT, #name);
#include "runtime/interpose/hooks.inc"
#undef HOOK
	/* Not interposed, and private to glibc: see thread_data.c. */
	real_call_tls_dtors = (void (*)(void))(uintptr_t)dlsym(RTLD_NEXT, "__call_tls_dtors");
	real_ready = true;
}
