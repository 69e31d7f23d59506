/* SPDX-License-Identifier: Apache-2.0 */
/* What the hooks of C's allocator and of C++'s operators share. */
#ifndef WEFT_RUNTIME_INTERPOSE_HEAP_H
#define WEFT_RUNTIME_INTERPOSE_HEAP_H

#include "runtime/interpose/hook.h"

/*
 * Where an operator new or delete was called: for the allocation or the free that it comes down
 * to, which takes it and sets it to 0.
 */
extern RUNTIME_TLS uint64_t heap_operator_pc;

#endif
