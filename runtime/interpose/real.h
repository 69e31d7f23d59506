/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The real functions behind the interposed ones, looked up once with dlsym(RTLD_NEXT). A
 * function that this glibc lacks is NULL.
 */
#ifndef WEFT_RUNTIME_INTERPOSE_REAL_H
#define WEFT_RUNTIME_INTERPOSE_REAL_H

#include <stdbool.h>

#include "runtime/interpose/types.h"

struct real_functions {
#define HOOK(family, type, name, parameters) type(*name) parameters;
#include "runtime/interpose/hooks.inc"
#undef HOOK
};

extern struct real_functions real_table;
/* glibc's function that destroys the calling thread's thread_local objects. */
extern void (*real_call_tls_dtors)(void);
extern bool real_ready;

void real_resolve(void);

static inline const struct real_functions *real_get(void)
{
	if (__builtin_expect(!real_ready, 0))
		real_resolve();
	return &real_table;
}

#define REAL(name) (real_get()->name)

#endif
