/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every interposed function uses. It makes five moves: enter, pass through if weft is not
 * in charge, ask the core, leave, return. The real function is reached only by REAL(name).
 */
#ifndef WEFT_RUNTIME_INTERPOSE_HOOK_H
#define WEFT_RUNTIME_INTERPOSE_HOOK_H

#include "runtime/engine/runtime.h"
#include "runtime/interpose/real.h"

#define WEFT_HOOK __attribute__((visibility("default")))

/* Another name of a hook: WEFT_HOOK int __f(void) HOOK_ALIAS(f); */
#define HOOK_ALIAS(name) __attribute__((alias(#name), copy(name)))

/*
 * Enters the runtime from a hook. Returns NULL when weft is not in charge: before start-up,
 * after the end, in a kernel thread that weft did not create, or in a call made by the runtime
 * itself.
 */
#define runtime_enter(hook) \
	runtime_enter_at((hook), (uint64_t)(uintptr_t)__builtin_return_address(0))

/* The same for a name that a header turns into the hook's own. */
#define HOOK_ALIAS_REDIRECTED(alias, name) \
	__asm__(".globl " #alias "\n.type " #alias ", @function\n.set " #alias ", " #name "\n")

/* Not all of them are declared in a public header. */
#define HOOK(family, type, name, parameters) type name parameters;
#include "runtime/interpose/hooks.inc"
#undef HOOK

enum hook_id {
#define HOOK(family, type, name, parameters) HOOK_##name,
#include "runtime/interpose/hooks.inc"
#undef HOOK
	HOOK_COUNT
};

#endif
