/* SPDX-License-Identifier: Apache-2.0 */
/* A child process of the program: it runs on under a schedule of its own, but reports nothing.
 */
#ifndef WEFT_RUNTIME_ENGINE_FORKED_H
#define WEFT_RUNTIME_ENGINE_FORKED_H

#include "runtime/engine/runtime.h"

/*
 * In the child, first of all: from now on the shared region is only read, and `self`, the
 * thread that forked, is the only one. NULL: a thread that weft does not run.
 */
void runtime_forked(struct thread *self);

#endif
