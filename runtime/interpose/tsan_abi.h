/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the TSan ABI share. The compilers call these entries in instrumented code
 * without declaring them anywhere, so each is declared where it is defined, by TSAN_ENTRY. The
 * interface is that of LLVM's compiler-rt (tsan_interface.h, tsan_interface_atomic.h), which
 * gcc follows.
 *
 * Every entry may be called at any time and by any thread: the engine knows whether it is in
 * charge. None touches errno, allocates or calls libc.
 */
#ifndef WEFT_RUNTIME_INTERPOSE_TSAN_ABI_H
#define WEFT_RUNTIME_INTERPOSE_TSAN_ABI_H

#include "runtime/engine/access.h"

/* Opens the definition of an exported function: TSAN_ENTRY(void, __tsan_x, int a) { ... } */
#define TSAN_ENTRY(type, name, ...)                                    \
	__attribute__((visibility("default"))) type name(__VA_ARGS__); \
	type name(__VA_ARGS__)

/* The same for a function that the program may define itself: then its own is used. */
#define TSAN_WEAK_ENTRY(type, name, ...)                                     \
	__attribute__((visibility("default"), weak)) type name(__VA_ARGS__); \
	type name(__VA_ARGS__)

#endif
