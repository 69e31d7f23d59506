/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The real functions behind the interposed ones, looked up with dlsym(RTLD_NEXT) by the
 * library's constructor. A function that this glibc lacks is NULL.
 */
#ifndef WEFT_RUNTIME_INTERPOSE_REAL_H
#define WEFT_RUNTIME_INTERPOSE_REAL_H

#include <stdbool.h>
#include <stddef.h>

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

/*
 * Looks up one function, named by its place in the table, before all of them are known. dlsym()
 * allocates where it finds nothing, to say so: a program's own malloc, which calls hooks while
 * it holds its locks, must not have it search for more than the name that it needs and that is
 * there.
 */
void real_find(size_t offset);

/* Looks for C's allocator alone, which may be needed long before the rest. */
bool real_resolve_heap(void);

/*
 * Whether C's allocator is known; looks for it unless that is just being done: then the caller
 * has to do without.
 */
static inline bool real_heap_ready(void)
{
	return __builtin_expect(real_table.free != NULL, 1) || real_resolve_heap();
}

/* Whether the function is libc's own. */
bool real_is_libc(uintptr_t function);

/* Whether a sanitizer that watches over the heap is loaded. */
bool real_heap_sanitizer(void);

static inline const struct real_functions *real_get(size_t offset)
{
	if (__builtin_expect(!real_ready, 0))
		real_find(offset);
	return &real_table;
}

#define REAL(name) (real_get(offsetof(struct real_functions, name))->name)

#endif
