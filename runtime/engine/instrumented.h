/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose calls of libc's memory functions count as accesses that may race: those of instrumented
 * code, of which all else is seen as well. A library that is not instrumented may order its
 * accesses by atomics of its own that nobody sees. The C++ library is taken for instrumented:
 * what it copies it copies for the program's strings and containers.
 */
#ifndef WEFT_RUNTIME_ENGINE_INSTRUMENTED_H
#define WEFT_RUNTIME_ENGINE_INSTRUMENTED_H

#include "runtime/sys/modules.h"

/* The module around that code address announced itself as instrumented. */
void instrumented_add(uint64_t pc);

/* Whether the code address is the program's instrumented code's. */
bool instrumented_code(uint64_t pc);

/* The same, or the C++ library's on its behalf. */
bool instrumented_caller(uint64_t pc);

#endif
