/* SPDX-License-Identifier: Apache-2.0 */
/* What the threads that spin know by themselves, to tell a loop that counts from one that only
 * waits. */
#ifndef WEFT_RUNTIME_ENGINE_PRIVATE_STATE_H
#define WEFT_RUNTIME_ENGINE_PRIVATE_STATE_H

#include <stdint.h>

#include "runtime/carrier/carrier.h"
#include "runtime/core/core.h"

/* As much of a stack counts: a loop that waits has its variables near the top. */
#define PRIVATE_STACK_SIZE 16384u

/*
 * A hash over registers and the top of the stack of each thread that spins. `self` is the one
 * that runs, and stands at `here`. What a thread keeps anywhere else is not in it.
 */
uint64_t private_state_hash(const struct core *core, const struct carrier_ops *carrier,
	const struct thread *self, const struct context *here);

#endif
